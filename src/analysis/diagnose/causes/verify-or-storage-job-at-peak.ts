import { hasFlag } from "../../../base/perforce-command.js";
import type { ActionDraft, Cause, IncidentFacts } from "../cause.js";
import { budgetEvidence, startEvidence } from "../command-evidence.js";
import { factsOf, signalsOf } from "../host-evidence.js";
import { blockerActions } from "../remedies.js";
import { who } from "../wording.js";
import { step } from "./prevention.js";

/** verify, storage, archive, snap, dbstat: normal at night and while nobody waits. */
export const verifyOrStorageJobAtPeak: Cause = {
  id: "verify-or-storage-job-at-peak",
  title: "A verify or storage job while people worked",
  apart: "At night, while nobody waits, the same job is ordinary.",
  source: "The administrator's guide on pausing commands; p4verify of the SDP.",
  role: "operation",
  explains: ["db-wedge", "slow-command"],
  category: null,
  weigh(facts) {
    const { subject, draft } = facts;
    if (subject === null || subject.kind !== "verify") return null;
    const felt = factsOf(signalsOf(facts, "maintenance-under-load"));
    if (draft.cluster === null && felt.length === 0) return null;
    const evidence = [...felt, ...budgetEvidence(subject), ...startEvidence(subject)];
    return { fit: 0.95, for: evidence, against: [], missing: [] };
  },
  actions: (facts) => [...blockerActions(facts).filter((action) => action.id !== "monitor-terminate"), ...stop(facts)],
  prevention: () => [
    step("Run verify and storage jobs outside working hours or on a replica, in batches (verify -b)."),
    step("Start the next batch only when replicas have caught up."),
  ],
};

/** Only a plain verify is worth stopping: -u and -v write digests, storage and archive jobs move files. */
function stop({ subject, certainty }: IncidentFacts): ActionDraft[] {
  if (subject === null || subject.verb !== "verify" || certainty < 0.6) return [];
  const writes = ["u", "v"].some((letter) => hasFlag(subject.args, letter)); // -qu, -v
  return [
    {
      id: "monitor-terminate",
      // Captures cut arguments off: a -u may stand where nobody sees it.
      risk: "risky",
      when: subject.alive ? "now" : "was",
      text: `Terminate ${who(subject)} and run it again at night.`,
      command: subject.alive && !writes ? `p4 monitor terminate ${subject.pid}` : null,
      check: `p4 monitor show -ale still lists pid ${subject.pid} as verify, running longer than 10 s.`,
      why: writes ? "It writes digests; ask its owner." : "A plain verify only reads. Pausing it would keep its locks.",
    },
  ];
}
