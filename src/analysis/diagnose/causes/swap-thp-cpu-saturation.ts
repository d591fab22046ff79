import type { Cause } from "../cause.js";
import { action, factsOf, isOngoing, missingHostEvidence, signalsOf, spareCommands } from "../host-evidence.js";
import { step } from "./prevention.js";

/** All commands slow because the machine swaps, or has no processor left. */
export const swapThpCpuSaturation: Cause = {
  id: "swap-thp-cpu-saturation",
  title: "The machine had no processor or memory left",
  apart:
    "Everything is slow and nobody waits for a lock; vmstat shows swapping, stolen or no processor time. Storage shows state D and await instead.",
  source: "The SDP guide (transparent huge pages off); p4prometheus' alert rules.",
  role: "operation",
  explains: ["resource-pressure"],
  category: "resource-pressure",
  weigh(facts) {
    const found = signalsOf(facts, "resource-pressure", "swap", "cpu");
    if (found.length === 0) return null;
    // Beside the slow stretch itself: figures of the machine.
    const seen = found.some((signal) => signal.facts.length > 1);
    return { fit: seen ? 0.93 : 0.65, for: factsOf(found), against: [], missing: missingHostEvidence(facts) };
  },
  actions: (facts) => [
    action("capture-evidence", "observe", isOngoing(facts) ? "now" : "prevention", {
      text: "Save vmstat 1 10, top -b -n 1, cat /proc/pressure/* and /sys/kernel/mm/transparent_hugepage/enabled.",
      check: "Which processes take processor and memory, and whether they are p4d.",
      why: "Swap, stolen time, huge pages and too many commands need different cures.",
    }),
    spareCommands(),
  ],
  prevention: () => [
    step("Switch transparent huge pages off on the server's host (echo never > …/transparent_hugepage/enabled)."),
    step("Size memory and processors for the peak; on a virtual machine reserve them. No other services on the host."),
    step("Move reports and builds to a replica or edge server."),
  ],
};
