import type { Cause } from "../cause.js";
import { startEvidence } from "../command-evidence.js";
import { action, isOngoing, signalsOf, tell, weighSignals } from "../host-evidence.js";
import { blockerActions } from "../remedies.js";
import { limitsFor, step } from "./prevention.js";

/** Whoever gives up and asks again leaves the first command running: the work doubles each time. */
export const retryAmplification: Cause = {
  id: "retry-amplification",
  title: "Commands asked for again and again before the answer came",
  apart: "The same user asks the same again while the first still runs; a loop asks again after each answer.",
  source: "The administrator's guide on server swamp; Perforce KB Maximizing Perforce Performance.",
  role: "operation",
  explains: ["connection-storm", "slow-command"],
  category: "connection-storm",
  weigh(facts) {
    const base = weighSignals(signalsOf(facts, "polling-storm", "retries"), 0.98);
    return base === null || facts.subject === null
      ? base
      : { ...base, for: [...base.for, ...startEvidence(facts.subject)] };
  },
  actions: (facts) => [
    tell(
      "those who run it",
      "stop asking again; what they asked first still runs on the server, and each further one makes all of them slower.",
      "A client that is gone is noticed only when the server next sends to it, or checks (dm.isalive).",
      "Whether a program asks again by itself: its time limit is then shorter than the command takes.",
    ),
    action("end-duplicates", "safe", isOngoing(facts) ? "now" : "was", {
      text: "Of several that are the same and only read, all but the newest may go: p4 monitor terminate PID, one by one.",
      check:
        "p4 monitor show -ale lists the same user, workspace and arguments for each pid, running longer than 10 s.",
      why: "Nobody waits for the earlier ones any more. It takes up to 50,000 rows or 30 s each.",
    }),
    ...blockerActions(facts).filter(({ id }) => id === "monitor-terminate"),
  ],
  prevention: (facts) => [
    step("Let programs wait longer than the command takes, and wait longer each time before they ask again."),
    limitsFor(facts),
    step("Find lost clients early (net.keepalive.idle=180, net.keepalive.interval=20, net.keepalive.count=6)."),
  ],
};
