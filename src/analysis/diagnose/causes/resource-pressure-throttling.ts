import type { Cause, IncidentFacts } from "../cause.js";
import { budgetEvidence, startEvidence } from "../command-evidence.js";
import { action, factsOf, isOngoing, missingHostEvidence, signalsOf } from "../host-evidence.js";
import { fact } from "../wording.js";
import { step } from "./prevention.js";

/** p4d pauses new commands to protect itself: a symptom of whatever drives processor or memory. */
export const resourcePressureThrottling: Cause = {
  id: "resource-pressure-throttling",
  title: "The server paused commands under resource pressure",
  apart:
    "p4d says itself that it pauses commands (`--- paused`, monitor state P); without that the machine is slow, not the gate.",
  source: "p4 help resources; Perforce's blog on resource pressure awareness (2023.1).",
  role: "operation",
  explains: ["resource-pressure"],
  category: "resource-pressure",
  weigh(facts) {
    const { subject } = facts;
    const signals = signalsOf(facts, "resource-pressure", "paused");
    const own =
      subject?.budget?.dominant === "paused"
        ? [...pausedEvidence(facts), ...budgetEvidence(subject), ...startEvidence(subject)]
        : [];
    if (signals.length === 0 && own.length === 0) return null;
    return { fit: 0.95, for: [...factsOf(signals), ...own], against: [], missing: missingHostEvidence(facts) };
  },
  actions: (facts) => [
    action("find-driver", "observe", isOngoing(facts) ? "now" : "prevention", {
      text: "Find what drives the pressure: p4 monitor show -ale (state P is paused, R runs), p4 -ztag info -s (resourcePressure), top.",
      check: "One command with much processor time or memory, or simply too many.",
      why: "The pause protects the server; lifting it does not take the load away.",
    }),
    action("raise-thresholds", "risky", "prevention", {
      text: "Only if the machine was in fact idle: raise the sys.pressure.* thresholds (p4 configure show sys.pressure.os.mem.medium and the others).",
      check: "vmstat and /proc/pressure of that time show a machine with room.",
      why: "Thresholds that are too low throttle a healthy server; too high, and the kernel kills instead.",
    }),
  ],
  prevention: () => [
    step("Limit scans and memory of single commands (MaxScanRows, MaxMemory), and move reports to a replica."),
    step("Set sys.pressure.* from figures of ordinary busy days."),
  ],
};

function pausedEvidence({ subject }: IncidentFacts) {
  const command = subject?.command;
  if (command?.pausedMs == null) return [];
  return [
    fact(`pid ${command.pid} was paused before it began`, command.pausedMs, "ms", command.trackRef ?? command.ref),
  ];
}
