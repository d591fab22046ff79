import { refused, slowRuns } from "../../detect/cases/trigger-time.js";
import { alone, type CauseCases } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "trigger-stall",
  fires: { "a script that does not find its tracker": () => refused(9, () => "Connection refused") },
  nearMiss: {
    "it refuses bad input": () => refused(9, (index) => `no issue ${"abcdefghi"[index]}`),
    "it is slow": () => slowRuns(4),
  },
  cannotTell: { "a slow submit without track output": alone({ cmd: "dm-CommitSubmit", args: "", trackRef: null }) },
};
