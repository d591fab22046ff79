import type { Cause } from "../cause.js";
import { rootEvidence } from "../lock-evidence.js";
import { blockerActions } from "../remedies.js";
import { limitsFor, step } from "./prevention.js";

/** Readers let other readers in and keep writers out; a peek keeps nobody out. */
export const dbReadLockBlocksWriters: Cause = {
  id: "db-read-lock-blocks-writers",
  title: "A long read lock kept writers waiting",
  apart: "A read lock keeps writers out, and readers behind those; a peek (lockless read) blocks nobody, however long.",
  source: "Perforce KB 2514 (simple P4D log analysis); the administrator's guide on lockless reads.",
  role: "mechanism",
  explains: ["db-wedge"],
  category: null,
  weigh(facts) {
    if (facts.root?.mode !== "R" || facts.subject === null) return null;
    return { fit: 1, for: rootEvidence(facts), against: [], missing: [] };
  },
  actions: blockerActions,
  prevention: (facts) => [
    step("Run reports on a replica, and keep db.peeking at 2 (3 for sites with much fstat and sync)."),
    limitsFor(facts),
  ],
};
