import { slowRuns, twoEach } from "../../detect/cases/trigger-time.js";
import { alone, type CauseCases } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "trigger-stall",
  fires: {
    "Swarm's triggers give up after half a minute": () => slowRuns(4, "swarm.changesave"),
    "two of them in every submit": () => twoEach(["swarm.strict", "swarm.changesave"]),
  },
  nearMiss: {
    "a trigger of the site's own": () => slowRuns(4, "jira.check"),
    "its triggers are quick": () => slowRuns(9, "swarm.changesave", { lapseMs: 3000, triggerMs: 2800 }),
  },
  cannotTell: { "a slow submit without track output": alone({ cmd: "dm-CommitSubmit", args: "", trackRef: null }) },
};
