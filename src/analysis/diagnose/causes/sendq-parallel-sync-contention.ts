import type { Fact } from "../../../contracts/signal.js";
import type { Cause, IncidentFacts } from "../cause.js";
import { startEvidence } from "../command-evidence.js";
import { factsOf, signalsOf } from "../host-evidence.js";
import { blockerActions } from "../remedies.js";
import { fact } from "../wording.js";
import { step } from "./prevention.js";

/** Parallel syncs share one queue table; its children appear as `user-transmit -t<pid of the parent>`. */
export const sendqParallelSyncContention: Cause = {
  id: "sendq-parallel-sync-contention",
  title: "Parallel syncs in each other's way",
  apart:
    "Those who wait are syncs and transmits, and wait for db.sendq; a big parallel sync without waits is ordinary.",
  source: "The administrator's guide on parallel processing (client.sendq.dir).",
  role: "operation",
  explains: ["db-wedge"],
  category: null,
  weigh(facts) {
    const { draft, subject } = facts;
    const atSendq = draft.victims.filter((victim) => victim.object.startsWith("db.sendq"));
    const first = atSendq[0]?.refs[0];
    if (first === undefined || atSendq.length * 2 < draft.victims.length) return null;
    const words = `${atSendq.length} of ${draft.victims.length} waiting commands waited for db.sendq, this one among them`;
    const start = subject === null ? [] : startEvidence(subject);
    return {
      fit: 0.95,
      for: [fact(words, atSendq.length, "commands", first), ...children(facts), ...start],
      against: [],
      missing: [],
    };
  },
  actions: blockerActions,
  prevention: () => [
    step("Give each workspace its own queue with client.sendq.dir: it takes parallel syncs out of each other's way."),
    step("Lower net.parallel.max and net.parallel.threads."),
  ],
};

/** How many transfer children ran; the longest wait, which the signal tells too, is told already. */
function children(facts: IncidentFacts): Fact[] {
  return factsOf(signalsOf(facts, "parallel-sync-storm")).filter(({ unit }) => unit === "commands");
}
