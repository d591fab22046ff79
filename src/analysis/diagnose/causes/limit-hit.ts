import type { Cause, IncidentFacts } from "../cause.js";
import { action, factsOf, signalsOf } from "../host-evidence.js";
import { fact, plural } from "../wording.js";
import { step } from "./prevention.js";

/** No outage: the limits did what they are for. During a wedge MaxLockTime hits innocents, too. */
export const limitHit: Cause = {
  id: "limit-hit",
  title: "Commands ended at their group's limits",
  apart:
    "Errors, no outage: the limits ended the commands. During a wedge MaxLockTime counts the waits and hits innocents.",
  source: "p4 help maxresults; messages of the 2023.2 source.",
  role: "operation",
  explains: ["error-burst"],
  category: "error-burst",
  weigh(facts) {
    const signals = signalsOf(facts, "error-burst", "limit-hit");
    if (signals.length === 0) return null;
    const innocents = waitsMeanwhile(facts);
    return { fit: innocents.length > 0 ? 0.75 : 0.95, for: factsOf(signals), against: innocents, missing: [] };
  },
  actions: () => [
    action("explain-limit", "alert", "now", {
      text: "Tell those who were stopped which limit it was (p4 help maxresults, maxscanrows, maxlocktime) and how to narrow the command.",
      check: "p4 groups and p4 group -o show the limits; the highest of a user's groups wins.",
      why: "Without the limit the same command would have held everybody up.",
    }),
  ],
  prevention: () => [
    step("Give automation a group of its own with limits that fit its work; narrow its paths and views."),
    step("Keep limits in force against -z overrides.", "p4 configure set server.commandlimits=2"),
  ],
};

/** MaxLockTime counts the waits for further locks, too. */
function waitsMeanwhile({ analysis, draft }: IncidentFacts) {
  return analysis.clusters
    .filter((cluster) => cluster.fromMs <= draft.toMs && draft.fromMs <= cluster.toMs && cluster.victims.length >= 3)
    .flatMap((cluster) => {
      const ref = cluster.victims[0]?.refs[0];
      if (ref === undefined) return [];
      const words = `${plural(cluster.victims.length, "command")} waited for locks meanwhile: MaxLockTime counts such waits and hits innocents`;
      return [fact(words, cluster.victims.length, "commands", ref)];
    });
}
