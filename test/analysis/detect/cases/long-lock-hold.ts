import type { LockUse } from "../../../../src/contracts/lock-facts.js";
import { command, ref } from "../../../support/fake-reader.js";
import { quiet, scene } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const hold = (over: Partial<LockUse>, cmd = "user-files") => {
  const one = command({ commandId: 1, lapseMs: 60_000, cmd, args: "//depot/..." });
  const use: LockUse = {
    object: "db.rev",
    mode: "R",
    count: 1,
    waitMs: 0,
    heldMs: 45_000,
    maxWaitMs: null,
    maxHeldMs: null,
    ordinal: 0,
    ref: ref(),
    ...over,
  };
  return quiet([one], { lockCommands: [{ ...one, lockAttempts: null, hasTrack: true, uses: [use] }] });
};

export const cases: DetectorCases = {
  fires: {
    "a query kept db.rev for most of a minute": () => hold({}),
    "a commit kept the commit lock": () => hold({ object: "meta/commit", mode: "W" }, "dm-CommitSubmit"),
  },
  nearMiss: {
    "a lock of one workspace": () => hold({ object: "clients/ines_ws", mode: "W" }),
    "the shared lock that every command has": () => hold({ object: "meta/db" }),
    "many short ones that add up": () => hold({ count: 4000, maxHeldMs: 90 }),
    "shorter than any advised limit": () => hold({ heldMs: 29_000 }),
    "a background pull": () => hold({ object: "db.domain", mode: "W" }, "pull"),
    "no locks at all": () => scene({ victims: [{ waitMs: 1200 }] }),
  },
  cannotTell: { "no track output": () => quiet([], { capabilities: ["command-start", "command-completion"] }) },
};
