import type { CommandFact } from "../../../../src/contracts/case-reader.js";
import type { DetectContext } from "../../../../src/contracts/signal.js";
import { at, command, type FakeCase } from "../../../support/fake-reader.js";
import { quiet } from "../../../support/lock-scene.js";
import { everyday, load, serverError, signature } from "../../../support/storm-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const WINDOW = { firstMs: at(0), lastMs: at(1200) };
const during = (second: number, from: number, to: number) => second >= from && second < to;

/** A script starts `started` commands each 10 s from 600 s to 900 s; others take `slowMs` meanwhile. */
export function script(started: number, slowMs: number, over: Partial<FakeCase> = {}): DetectContext {
  const storm = (second: number) => (during(second, 600, 900) ? { started } : {});
  return quiet(
    everyday(1200, (second) => (during(second, 600, 900) ? slowMs : 100)),
    {
      window: WINDOW,
      load: load(1200, 3, storm),
      signatures: [signature({ count: started * 30 - 30, firstMs: at(600), lastMs: at(899) })],
      ...over,
    },
  );
}

const question = (index: number, over: Partial<CommandFact> = {}) =>
  command({
    commandId: index,
    startMs: at(300 + Math.floor(index / 8) * 60 + (index % 8)),
    lapseMs: 25_000,
    cmd: "user-changes",
    args: "-m1 -s submitted //depot/main/...",
    user: `artist${index % 8}`,
    workspace: `artist${index % 8}_ws`,
    app: "UnrealGameSync",
    ...over,
  });

/** Eight launchers that ask the same expensive question once a minute. */
export function launchers(slowMs: number, over: Partial<CommandFact> = {}): DetectContext {
  const questions = Array.from({ length: 64 }, (_, index) => question(index, over));
  return quiet([...questions, ...everyday(1200, (second) => (during(second, 300, 800) ? slowMs : 100))], {
    window: WINDOW,
    load: load(1200, 3, (second) => (during(second, 300, 800) ? { lapseMs: 34_000 } : {})),
    signatures: questions.slice(0, 8).map(({ user, app, ip, cmd, args }) =>
      signature({
        user,
        app,
        ip,
        cmd,
        pattern: args.replace(/\d+/g, "#"),
        count: 8,
        totalLapseMs: 200_000,
        longestMs: 25_000,
      }),
    ),
  });
}

/** An agent that asks again every minute while its first question still runs. */
export function impatient(times: number, over: Partial<CommandFact> = {}, more: Partial<FakeCase> = {}): DetectContext {
  const runs = Array.from({ length: times }, (_, index) =>
    command({
      commandId: index,
      startMs: at(100 + index * 60),
      lapseMs: 200_000,
      cmd: "user-changes",
      args: "-l //depot/...",
      user: "ci",
      workspace: "ci-agent1",
      ...over,
    }),
  );
  const [first] = runs;
  return quiet(runs, {
    window: WINDOW,
    signatures:
      first === undefined
        ? []
        : [signature({ ...first, pattern: first.args, count: times, longestMs: 200_000, overlapCount: times - 1 })],
    errors: runs.map(({ pid, startMs }) =>
      serverError((startMs - at(0)) / 1000 + 200, pid, "Command terminated because client disconnected."),
    ),
    ...more,
  });
}

export const cases: DetectorCases = {
  fires: {
    "a loop over cheap commands makes everybody slow": () => script(400, 2000),
    "launchers ask the same expensive question every minute": () => launchers(3000),
    "an agent asks again before the answer came": () => impatient(7),
  },
  nearMiss: {
    "a busy day at a steady rate": () =>
      quiet(
        everyday(1200, () => 100),
        {
          window: WINDOW,
          load: load(1200, 400),
          signatures: [signature({ count: 40_000 })],
        },
      ),
    "many more commands, of many people": () =>
      script(400, 100, {
        signatures: Array.from({ length: 60 }, (_, index) => signature({ user: `person${index}`, count: 200 })),
      }),
    "a morning ramp": () =>
      quiet(
        everyday(1200, () => 100),
        {
          window: WINDOW,
          load: load(1200, 0, (second) => ({ started: Math.floor(second / 10) })),
          signatures: [signature({ count: 4000 })],
        },
      ),
    "a script that is quick at it": () => script(60, 2000),
    "each asks once only": () =>
      quiet([question(1), question(2), question(3)], {
        signatures: [
          signature({
            cmd: "user-changes",
            pattern: "-m# -s submitted //depot/main/...",
            app: "UnrealGameSync",
            count: 3,
          }),
        ],
      }),
    "expensive questions that waited for locks": () => launchers(100, { lockWaitMs: 24_500 }),
    "the same sync again, while its data went out": () =>
      impatient(7, { cmd: "user-sync", rpcSndMs: 195_000, args: "//ci/..." }),
    "two runs of one command at a time": () => impatient(2),
  },
  cannotTell: { "a log without completions": () => quiet([], { capabilities: ["command-start"] }) },
};
