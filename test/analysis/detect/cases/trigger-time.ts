import type { CommandFact, OsProcess } from "../../../../src/contracts/case-reader.js";
import type { DetectContext } from "../../../../src/contracts/signal.js";
import { at, command, type FakeCase, ref } from "../../../support/fake-reader.js";
import { quiet } from "../../../support/lock-scene.js";
import { everyday, serverError, triggerRun } from "../../../support/storm-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const submit = (commandId: number, over: Partial<CommandFact> = {}) =>
  command({
    commandId,
    startMs: at(commandId * 40),
    lapseMs: 32_000,
    triggerMs: 30_000,
    cmd: "dm-CommitSubmit",
    args: "",
    user: `dev${commandId % 6}`,
    ...over,
  });

/** `count` submits whose trigger took `triggerMs` of `lapseMs`. */
export function slowRuns(count: number, name = "jira.check", over: Partial<CommandFact> = {}): DetectContext {
  const commands = Array.from({ length: count }, (_, index) => submit(index + 1, over));
  return quiet(commands, { triggerRuns: commands.map((one) => triggerRun(one, { name })) });
}

/** Submits that called two triggers in turn, each for half of the time. */
export function twoEach(names: readonly [string, string]): DetectContext {
  const commands = Array.from({ length: 4 }, (_, index) => submit(index + 1, { lapseMs: 41_000, triggerMs: 40_000 }));
  const runs = commands.flatMap((one) => names.map((name) => triggerRun(one, { name, lapseMs: 20_000 })));
  return quiet(commands, { triggerRuns: runs });
}

const child = (pid: number): OsProcess => ({
  captureId: 2,
  atMs: at(590),
  pid: pid + 1,
  parentPid: pid,
  state: "S",
  cpuPercent: 0,
  memoryPercent: 0,
  rssKb: 11_000,
  elapsedS: 80,
  cpuS: 0,
  user: "perforce",
  command: "curl",
  waitChannel: "poll_schedule_timeout",
  text: "",
  ref: ref(),
});

/** Submits open at the end of the log; `name` was the child that ps shows under each. */
export function hanging(
  count: number,
  over: Partial<CommandFact> = {},
  name: string | null = "curl",
  more: Partial<FakeCase> = {},
) {
  const open = Array.from({ length: count }, (_, index) =>
    submit(index + 1, { startMs: at(440 + index * 5), lapseMs: null, triggerMs: 0, ...over }),
  );
  const done = Array.from({ length: 8 }, (_, index) =>
    submit(50 + index, { startMs: at(index * 30), lapseMs: 900, triggerMs: 300 }),
  );
  return quiet([...open, ...done, ...everyday(600, () => 100)], {
    window: { firstMs: at(0), lastMs: at(600) },
    osProcesses: name === null ? [] : open.map(({ pid }) => ({ ...child(pid), command: name })),
    triggerRuns: done.map((one) => triggerRun(one)),
    ...more,
  });
}

/** `count` submits of several users that a trigger refused, in the words of `why`; between two of them `passed` others. */
export function refused(count: number, why: (index: number) => string, passed = 0, tellsRuns = true): DetectContext {
  const each = passed + 1;
  const commands = Array.from({ length: count * each }, (_, index) =>
    submit(index + 1, { startMs: at(index * 20), lapseMs: 800, triggerMs: 300 }),
  );
  const failing = commands.filter((_, index) => index % each === 0);
  const words = (index: number) => `Submit validation failed.\n'jira.check' validation failed: ${why(index)}`;
  return quiet(commands, {
    errors: failing.map(({ pid }, index) => serverError(index * each * 20, pid, words(index), "dm-CommitSubmit")),
    triggerRuns: tellsRuns ? commands.map((one) => triggerRun(one)) : [],
  });
}

export const cases: DetectorCases = {
  fires: {
    "one trigger takes most of several submits": () => slowRuns(4),
    "two triggers of one system share the time of each submit": () => twoEach(["swarm.strict", "swarm.changesave"]),
    "submits that do not come back, each with a script of its own": () => hanging(3),
    "no process list, but the usual trigger's line is missing": () => hanging(4, {}, null),
    "a script that fails for everybody": () =>
      refused(9, () => "ConnectionRefusedError: [Errno 111] Connection refused"),
  },
  nearMiss: {
    "a quick trigger": () => slowRuns(9, "jira.check", { lapseMs: 3000, triggerMs: 2800 }),
    "two slow runs": () => slowRuns(2),
    "a small part of it": () => slowRuns(5, "jira.check", { lapseMs: 90_000, triggerMs: 20_000 }),
    "two triggers that have nothing to do with each other share it": () => twoEach(["jira.check", "lint.gate"]),
    "password checks of logins": () => slowRuns(5, "sso.check", { cmd: "user-login" }),
    "open for seconds": () => hanging(3, { startMs: at(580) }),
    "an open form": () => hanging(3, { cmd: "user-submit", args: "" }),
    "p4d that forked itself": () => hanging(2, {}, "p4d_1_bin -p 1666"),
    "it refuses bad descriptions, in different words": () => refused(9, (index) => `no issue ${"abcdefghi"[index]}`),
    "it refuses some, others pass": () => refused(6, () => "Description is too short", 4),
    "it refuses five in the same words, and its quick runs are not logged": () =>
      refused(5, () => "name a ticket", 6, false),
    "it refuses one person": () => refused(2, () => "Description is too short"),
  },
  cannotTell: { "a log without completions": () => quiet([], { capabilities: ["command-start"] }) },
};
