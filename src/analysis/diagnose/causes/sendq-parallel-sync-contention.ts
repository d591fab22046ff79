import type { Cause } from "../cause.js";
import { startEvidence } from "../command-evidence.js";
import { blockerActions } from "../remedies.js";
import { fact } from "../wording.js";
import { step } from "./prevention.js";

/** Parallel syncs share one queue table; its children appear as `user-transmit -t<pid of the parent>`. */
export const sendqParallelSyncContention: Cause = {
  id: "sendq-parallel-sync-contention",
  title: "Parallel syncs in each other's way",
  role: "operation",
  explains: ["db-wedge"],
  category: null,
  weigh({ draft, subject }) {
    const atSendq = draft.victims.filter((victim) => victim.object.startsWith("db.sendq"));
    const first = atSendq[0]?.refs[0];
    if (first === undefined || atSendq.length * 2 < draft.victims.length) return null;
    const words = `${atSendq.length} of ${draft.victims.length} waiting commands waited for db.sendq, this one among them`;
    const start = subject === null ? [] : startEvidence(subject);
    return { fit: 0.95, for: [fact(words, atSendq.length, "commands", first), ...start], against: [], missing: [] };
  },
  actions: blockerActions,
  prevention: () => [
    step("Give each workspace its own queue with client.sendq.dir: it takes parallel syncs out of each other's way."),
    step("Lower net.parallel.max and net.parallel.threads."),
  ],
};
