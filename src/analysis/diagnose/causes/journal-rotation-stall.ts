import type { Cause } from "../cause.js";
import { budgetEvidence, startEvidence } from "../command-evidence.js";
import { blockerActions } from "../remedies.js";
import { step } from "./prevention.js";

/** A rotation locks all tables; for minutes when the old journal is copied to another file system. */
export const journalRotationStall: Cause = {
  id: "journal-rotation-stall",
  title: "A journal rotation that took long",
  apart:
    "Everybody stands still once, as long as a copy of the journal takes; a checkpoint lasts as long as a dump of all tables.",
  source: "The SDP runbook; the administrator's guide on journal rotation and its triggers.",
  role: "operation",
  explains: ["checkpoint-under-load", "db-wedge"],
  category: "checkpoint-under-load",
  weigh({ subject }) {
    if (subject === null || subject.kind !== "journal") return null;
    return { fit: 0.97, for: [...budgetEvidence(subject), ...startEvidence(subject)], against: [], missing: [] };
  },
  actions: blockerActions,
  prevention: () => [
    step("Keep journalPrefix on the file system of the journal: a rename takes no time, a copy locks everybody out."),
    step("Rotate small journals often; avoid journal-rotate-lock triggers."),
  ],
};
