import type { Cause, Weighing } from "../cause.js";
import { startEvidence } from "../command-evidence.js";
import { blockerActions } from "../remedies.js";
import { step } from "./prevention.js";

/** `p4 admin checkpoint`, `p4 admin dump`, or `p4d -jc` from cron, which the P4LOG never shows. */
export const checkpointOrDumpOnLiveServer: Cause = {
  id: "checkpoint-or-dump-on-live-server",
  title: "A checkpoint or dump of the live database",
  apart:
    "Waits on all tables at once, at a cron-like time, and a holder that p4 monitor does not know; a wedge has some tables and a command of the log.",
  source: "Perforce KB 2406 and 2419 (checkpoints); the administrator's guide on backup.",
  role: "operation",
  explains: ["checkpoint-under-load", "db-wedge"],
  category: "checkpoint-under-load",
  weigh({ subject, draft }): Weighing | null {
    if (subject?.kind === "checkpoint") {
      return { fit: 0.97, for: startEvidence(subject), against: [], missing: [] };
    }
    const signal = draft.signals.find((one) => one.detector === "checkpoint-under-load");
    if (signal === undefined || subject?.kind === "journal") return null;
    if (subject !== null) {
      return { fit: 0.9, for: signal.facts, against: [], missing: ["ps, to see the command line of the holder"] };
    }
    const missing = ["the checkpoint log and the cron table of the host", "lslocks captured during the incident"];
    return { fit: 0.85, for: signal.facts, against: [], missing };
  },
  actions: blockerActions,
  prevention: () => [
    step("Checkpoint an offline copy of the database or a replica, and only rotate the journal on the live server."),
    step("Where a live checkpoint cannot be avoided: outside working hours, and in parallel (2022.2 or later)."),
  ],
};
