import type { CommandFact } from "../../../../src/contracts/case-reader.js";
import type { DetectContext } from "../../../../src/contracts/signal.js";
import { at, command } from "../../../support/fake-reader.js";
import { quiet } from "../../../support/lock-scene.js";
import { everyday } from "../../../support/storm-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const WINDOW = { firstMs: at(0), lastMs: at(600) };

/** A job from 200 s to 400 s; everybody's syncs take `lapseMs` at their second. */
export function job(
  lapseMs: (second: number) => number,
  over: Partial<CommandFact> = {},
  others: Partial<CommandFact> = {},
): DetectContext {
  const verify = command({
    commandId: 900,
    startMs: at(200),
    lapseMs: 200_000,
    cmd: "user-verify",
    args: "-q //...",
    user: "p4admin",
    workspace: "p4admin_ws",
    ...over,
  });
  const syncs = everyday(600, lapseMs, { cmd: "user-sync", args: "//ws/...", ...others });
  return quiet([verify, ...syncs], { window: WINDOW });
}

const slowMeanwhile = (second: number) => (second >= 200 && second < 400 ? 9000 : 800);

export const cases: DetectorCases = {
  fires: {
    "everybody's syncs crawl as long as a verify runs": () => job(slowMeanwhile),
    "a storage job": () => job(slowMeanwhile, { cmd: "user-storage", args: "-R //depot/..." }),
    "it still runs where the log ends": () =>
      job((second) => (second >= 200 ? 9000 : 800), { lapseMs: null, endMs: null }),
  },
  nearMiss: {
    "nobody notices it": () => job(() => 800),
    "syncs that are often long, with and without it": () => job((second) => ((second / 5) % 5 < 2 ? 9000 : 800)),
    "slow before it, too": () => job(() => 9000),
    "what is slow meanwhile reads no archives": () => job(slowMeanwhile, {}, { cmd: "user-fstat", args: "//ws/a" }),
    "a short one": () => job((second) => (second >= 200 && second < 240 ? 9000 : 800), { lapseMs: 40_000 }),
    "another command runs that long": () => job(slowMeanwhile, { cmd: "user-files", args: "//..." }),
    "they waited for locks": () => job(slowMeanwhile, {}, { lockWaitMs: 8900 }),
  },
  cannotTell: { "a log without completions": () => quiet([], { capabilities: ["command-start"] }) },
};
