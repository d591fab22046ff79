import type { Cause, IncidentFacts, Weighing } from "../cause.js";
import { budgetEvidence } from "../command-evidence.js";
import { action, factsOf, isOngoing, missingHostEvidence, signalsOf, spareCommands, tell } from "../host-evidence.js";
import { step } from "./prevention.js";

/** Everybody waits for the disks; a holder of a lock that stalls in I/O looks like a wedge. */
export const storageIoStall: Cause = {
  id: "storage-io-stall",
  title: "The storage stalled",
  apart:
    "Several unrelated commands slow at once, or a holder with little processor time, and the machine's own evidence (state D, I/O errors, await); without it the log alone cannot tell.",
  source: "Linux hung task and block layer messages; the administrator's guide on storage.",
  role: "operation",
  explains: ["storage-stall", "db-wedge", "checkpoint-under-load", "slow-command"],
  category: "storage-stall",
  resource: (facts) => signalsOf(facts, "storage-stall")[0]?.resource ?? null,
  weigh(facts): Weighing | null {
    const seen = signalsOf(facts, "storage-stall", "host-evidence");
    const missing = missingHostEvidence(facts);
    if (seen.length > 0) return { fit: seenFit(facts), for: factsOf(seen), against: computing(facts), missing };
    const slow = signalsOf(facts, "storage-stall", "all-slow");
    // All slow at once without a reason in the log is how a stalled disk looks, and a paused machine, too.
    return slow.length === 0 ? null : { fit: 0.75, for: factsOf(slow), against: [], missing };
  },
  actions: (facts) => [
    action("capture-evidence", "observe", isOngoing(facts) ? "now" : "prevention", {
      text: "Save iostat -x 1 10, cat /proc/pressure/io, ps -eo pid,stat,wchan:30,args and the kernel's log (journalctl -k).",
      check: "The device with a high await is the one under P4ROOT, the journal or the log (p4 diskspace, df).",
      why: "They show which device stalls, and whether p4d waits for it (state D).",
    }),
    tell(
      "whoever runs the storage",
      "p4d waited for its disks at that time.",
      "Only they can see the array, the hypervisor or the file server.",
      "Their own log of that minute: path failover, rebuild, snapshot, throttling.",
    ),
    spareCommands(),
  ],
  prevention: () => [
    step("Keep P4ROOT on local SSD (XFS or ext4), not on NFS; journal and log on a volume of their own."),
    step("Watch await and /proc/pressure/io of the server's volumes, and alert before people notice."),
  ],
};

function seenFit(facts: IncidentFacts): number {
  return computing(facts).length > 0 ? 0.5 : 0.96;
}

/** A holder that computes does not wait for a disk. */
function computing({ subject, root }: IncidentFacts) {
  const cpuMs = subject?.command?.cpuMs ?? 0;
  const heldMs = root?.heldMs ?? Number.POSITIVE_INFINITY;
  return subject !== null && cpuMs * 2 >= heldMs ? budgetEvidence(subject) : [];
}
