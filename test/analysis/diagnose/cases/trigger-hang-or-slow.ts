import { alone, type CauseCases, wedge } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "trigger-stall",
  fires: {
    "a change form whose trigger takes minutes": alone({ cmd: "user-change", args: "-i", triggerMs: 290_000 }),
    "a commit that keeps its locks while its trigger runs": wedge(
      { cmd: "dm-CommitSubmit", args: "", triggerMs: 39_000 },
      { mode: "W", object: "meta/commit" },
    ),
  },
  nearMiss: {
    "a trigger that took a little of it": alone({ cmd: "user-change", args: "-i", cpuMs: 200_000, triggerMs: 20_000 }),
    "a commit with a quick trigger": wedge({ cmd: "dm-CommitSubmit", args: "", triggerMs: 900 }, { mode: "W" }),
  },
  cannotTell: {
    "a commit without completion: a trigger that hangs leaves no line": wedge(
      { cmd: "dm-CommitSubmit", args: "", lapseMs: null },
      { mode: "W", origin: "captured", heldMs: null, releaseEdge: null },
    ),
  },
};
