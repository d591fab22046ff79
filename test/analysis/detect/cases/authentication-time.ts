import type { CommandFact } from "../../../../src/contracts/case-reader.js";
import type { DetectContext } from "../../../../src/contracts/signal.js";
import { at, command, type FakeCase, ref } from "../../../support/fake-reader.js";
import { quiet } from "../../../support/lock-scene.js";
import { everyday, serverError } from "../../../support/storm-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const TYPING = 4000;

/** `count` logins that took the server `ownMs` each, besides their users' typing. */
export function logins(
  count: number,
  ownMs: number,
  over: Partial<CommandFact> = {},
  more: Partial<FakeCase> = {},
): DetectContext {
  const slow = Array.from({ length: count }, (_, index) =>
    command({
      commandId: index,
      startMs: at(100 + index * 20),
      lapseMs: ownMs + TYPING,
      rpcRcvMs: TYPING,
      cmd: "dm-login",
      args: "",
      user: `dev${index % 6}`,
      ...over,
    }),
  );
  return quiet([...slow, ...everyday(600, () => 100)], more);
}

/** Logins of a log that does not tell typing apart: `lapseMs` of each in turn, one every 20 s, by six people. */
const untold = (...lapses: readonly number[]) =>
  quiet([
    ...lapses.map((lapseMs, index) =>
      command({
        commandId: index,
        startMs: at(index * 20),
        lapseMs,
        rpcRcvMs: null,
        cmd: "dm-login",
        args: "",
        user: `dev${index % 6}`,
      }),
    ),
    ...everyday(600, () => 100),
  ]);

const DOWN = "Failed to initialize LDAP connection to: dir.example:636\nCan't contact LDAP server";

/** What the directory could not be asked. */
export const outage = (count: number, text = DOWN) =>
  logins(
    0,
    0,
    {},
    {
      errors: Array.from({ length: count }, (_, index) =>
        serverError(100 + index * 10, 800 + index, text, "user-login"),
      ),
    },
  );

/** Logins that wait for a central server. */
export const remote = () => {
  const calls = Array.from({ length: 4 }, (_, index) => ({
    commandId: index,
    cmd: "dm-login",
    user: `dev${index}`,
    startMs: at(100 + index * 20),
    commandLapseMs: 26_000,
    address: "auth.example:1666",
    sndMs: 0,
    rcvMs: 21_000,
    ref: ref(),
  }));
  return logins(4, 22_000, {}, { remoteCalls: calls });
};

export const cases: DetectorCases = {
  fires: {
    "logins take half a minute": () => logins(5, 30_200),
    "no rpc lines, but all end at the directory's limit": () => logins(5, 26_200, { rpcRcvMs: null }),
    "no rpc lines, and for minutes nobody's was quick": () =>
      untold(4000, 2500, 5000, 3300, 2200, 34_000, 32_500, 36_000, 33_100, 65_000, 35_500, 3000, 4100),
    "the directory does not answer": () => outage(4),
    "a central server is slow": () => remote(),
  },
  nearMiss: {
    "people who type slowly": () => logins(5, 200, { lapseMs: 60_200, rpcRcvMs: 60_000 }),
    "no rpc lines, and any length": () => logins(5, 17_000, { rpcRcvMs: null }),
    "no rpc lines, and some type slowly": () =>
      untold(4000, 2500, 34_000, 3300, 22_000, 36_000, 2000, 47_000, 65_500, 3000, 33_300, 4000, 2100),
    "no rpc lines, and never a quick one": () => untold(34_000, 32_500, 36_000, 33_100, 65_000, 35_500),
    "quick logins": () => logins(40, 300),
    "one slow login": () => logins(1, 40_000),
    "one person again and again": () => logins(5, 40_000, { user: "ines" }),
    "logins that waited for a lock": () => logins(5, 30_000, { lockWaitMs: 29_800 }),
    "wrong passwords": () => outage(6, "Authentication as cn=ines,dc=example failed. Reason: Invalid credentials"),
  },
  cannotTell: { "a log without completions": () => quiet([], { capabilities: ["command-start"] }) },
};
