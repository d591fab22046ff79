import type { CommandFact } from "../../../../src/contracts/case-reader.js";
import { at, command } from "../../../support/fake-reader.js";
import { quiet } from "../../../support/lock-scene.js";
import { everyday, load } from "../../../support/storm-scene.js";
import type { DetectorCases } from "../detector-cases.js";

/** `count` commands open together from 450 s on. */
const crowd = (count: number, over: Partial<CommandFact>) =>
  quiet(
    [
      ...everyday(600, () => 100),
      ...Array.from({ length: count }, (_, index) =>
        command({ commandId: index, startMs: at(450 + (index % 20)), lapseMs: 80_000, user: `u${index % 7}`, ...over }),
      ),
    ],
    { window: { firstMs: at(0), lastMs: at(600) }, load: load(600, 3) },
  );

export const cases: DetectorCases = {
  fires: {
    "forty commands wait for a lock": () => crowd(40, { lockWaitMs: 75_000 }),
    "nothing says what they wait for": () => crowd(40, {}),
    "they never completed": () => crowd(40, { lapseMs: null }),
  },
  nearMiss: {
    "a few": () => crowd(12, { lockWaitMs: 75_000 }),
    "a farm that syncs": () => crowd(60, { cmd: "user-sync", rpcSndMs: 70_000 }),
    "a parallel sync": () => crowd(60, { cmd: "user-transmit", args: "-t4711 -b8" }),
    "they compute": () => crowd(60, { cpuMs: 70_000 }),
    "open forms": () => crowd(60, { cmd: "user-change", args: "" }),
    "a day without anything": () =>
      quiet(
        everyday(600, () => 100),
        { load: load(600, 3) },
      ),
  },
  cannotTell: { "a log without completions": () => quiet([], { capabilities: ["command-start"] }) },
};
