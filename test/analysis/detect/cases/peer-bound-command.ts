import type { CommandFact, SyslogFact } from "../../../../src/contracts/case-reader.js";
import type { DetectContext } from "../../../../src/contracts/signal.js";
import { at, command, type FakeCase, ref } from "../../../support/fake-reader.js";
import { quiet } from "../../../support/lock-scene.js";
import { everyday, serverError, serverEvent } from "../../../support/storm-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const CAPABLE = ["command-start", "command-completion", "rpc-track", "server-errors"] as const;

const sync = (commandId: number, startS: number, sndMs: number, ip: string, over: Partial<CommandFact> = {}) =>
  command({
    commandId,
    startMs: at(startS),
    lapseMs: sndMs + 200,
    rpcSndMs: sndMs,
    rpcMb: 12,
    cmd: "user-sync",
    args: "//ws/...",
    user: `person${commandId % 6}`,
    ip,
    ...over,
  });

/** Quick syncs of the head office. */
const headOffice = Array.from({ length: 12 }, (_, index) => sync(500 + index, index * 40, 900, `10.9.8.${10 + index}`));

/** Eight slow syncs of the machines that `ip` names; before them as many that took `usualMs`, 0: none. */
export function site(
  ip: (index: number) => string,
  usualMs = 800,
  over: Partial<CommandFact> = {},
  more: Partial<FakeCase> = {},
): DetectContext {
  const slow = Array.from({ length: 8 }, (_, index) => sync(index, 300 + index * 10, 40_000, ip(index), over));
  const usual = Array.from({ length: usualMs === 0 ? 0 : 8 }, (_, index) =>
    sync(100 + index, index * 20, usualMs, ip(index), over),
  );
  return quiet([...slow, ...usual, ...headOffice], { capabilities: CAPABLE, ...more });
}

/** Syncs of too little for an rpc line at the default track level: only their length tells. */
const silent: Partial<CommandFact> = { rpcSndMs: null, rpcMb: null };

/** The head office's own syncs of that time, all of which took `ms`. */
const meanwhile = (ms: number) =>
  Array.from({ length: 8 }, (_, index) => sync(700 + index, 301 + index * 9, ms, `10.9.8.${40 + index}`, silent));

/** The branch office has slow syncs without rpc lines, others at that time have theirs of `ms`. */
function silentSite(ms: number): DetectContext {
  const slow = Array.from({ length: 8 }, (_, index) =>
    sync(index, 300 + index * 10, 40_000, `10.20.1.${index}`, silent),
  );
  const usual = Array.from({ length: 8 }, (_, index) => sync(100 + index, index * 20, 800, `10.20.1.${index}`, silent));
  return quiet([...slow, ...usual, ...headOffice, ...meanwhile(ms)], { capabilities: CAPABLE });
}

/** A proxy's own word that its cache does not work. */
export const cacheFull: SyslogFact = {
  atMs: at(320),
  host: "",
  tag: "p4p",
  pid: 77,
  class: "cache-full",
  text: "write: /p4/cache/depot/a.uasset,d/1.7.gz: No space left on device",
  ref: ref(),
};

/** Everybody of a network is gone at 300 s. */
export function gone(clients: number, ip: (index: number) => string, more: Partial<FakeCase> = {}): DetectContext {
  return quiet(
    everyday(600, () => 100),
    {
      capabilities: CAPABLE,
      errors: Array.from({ length: clients }, (_, index) =>
        serverError(
          300 + (index % 9),
          900 + index,
          `Connection from ${ip(index)}:51${100 + index} broken.\nTCP receive failed.`,
        ),
      ),
      ...more,
    },
  );
}

export const cases: DetectorCases = {
  fires: {
    "a branch office crawls, others do not": () => site((index) => `10.20.${index % 3}.${index + 1}`),
    "all behind a proxy crawl": () => site((index) => `10.60.0.3/10.20.${index % 3}.${index + 1}`),
    "a single machine, again and again": () => site(() => "10.9.8.99", 0),
    "a branch office crawls with too little for rpc lines, others do not": () => silentSite(900),
    "a proxy without its cache sends for everything again, at a fair rate": () =>
      site((index) => `10.60.0.3/10.20.${index % 3}.${index + 1}`, 800, { rpcMb: 4000 }, { syslog: [cacheFull] }),
    "a network vanishes": () => gone(14, (index) => `10.20.1.${index + 1}`),
    "it vanishes, as the monitor finds later": () =>
      gone(0, () => "", {
        events: Array.from({ length: 9 }, (_, index) =>
          serverEvent(
            320 + index * 3,
            "removed-from-monitor",
            `2024/05/14 09:35:${20 + index} pid ${700 + index} u${index}@ws 10.20.1.${index + 1} [P4V/v93] 'IDLE' exited unexpectedly, removed from monitor table.`,
          ),
        ),
      }),
  },
  nearMiss: {
    "an office that is slow every day": () => site((index) => `10.20.${index % 3}.${index + 1}`, 35_000),
    "a fair rate": () => site((index) => `10.20.1.${index + 1}`, 800, { rpcMb: 4000 }),
    "a fair rate by way of a proxy that does not complain": () =>
      site((index) => `10.60.0.3/10.20.${index % 3}.${index + 1}`, 800, { rpcMb: 4000 }),
    "no rpc lines, and slower elsewhere too": () => silentSite(4000),
    "no rpc lines, and nobody else to compare with": () => site((index) => `10.20.1.${index + 1}`, 800, silent),
    "parallel syncs": () => site((index) => `10.20.1.${index + 1}`, 800, { args: "--parallel=threads=4 //ws/..." }),
    "open forms": () => site((index) => `10.20.1.${index + 1}`, 800, { cmd: "user-change", args: "" }),
    uploads: () => site((index) => `10.20.1.${index + 1}`, 800, { cmd: "dm-SubmitChange", args: "" }),
    "they waited for a lock too": () => site((index) => `10.20.1.${index + 1}`, 800, { lockWaitMs: 15_000 }),
    "two clients leave": () => gone(2, (index) => `10.20.1.${index + 1}`),
    "everybody everywhere is gone": () => gone(40, (index) => `10.${index}.1.7`),
    "agents that gave up, and ask again at once": () =>
      gone(14, (index) => `10.20.1.${index + 1}`, {
        commands: Array.from({ length: 14 }, (_, index) => sync(index, 320, 700, `10.20.1.${index + 1}`)).concat(
          everyday(600, () => 100),
        ),
      }),
    "the server was restarted": () =>
      gone(14, (index) => `10.20.1.${index + 1}`, { events: [serverEvent(310, "starting")] }),
  },
  cannotTell: {
    "neither rpc lines nor errors": () => quiet([], { capabilities: ["command-start", "command-completion"] }),
  },
};
