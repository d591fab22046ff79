import type { Cause } from "../cause.js";
import { rootEvidence } from "../lock-evidence.js";
import { blockerActions } from "../remedies.js";
import { limitsFor, step } from "./prevention.js";

export const dbWriteLockWedge: Cause = {
  id: "db-write-lock-wedge",
  title: "One command held a table for write",
  apart:
    "One long hold explains most of the waiting and the holder itself hardly waited; a holder that waits in turn is a carrier, one in state D a stalled disk.",
  source: "Perforce KB 2514 (simple P4D log analysis); M. Bloch's report on locking at large sites.",
  role: "mechanism",
  explains: ["db-wedge"],
  category: null,
  weigh(facts) {
    if (facts.root?.mode !== "W" || facts.subject === null) return null;
    return { fit: 1, for: rootEvidence(facts), against: [], missing: [] };
  },
  actions: blockerActions,
  prevention: (facts) => [
    step("Split the work, run it outside working hours, and keep metadata on fast storage."),
    limitsFor(facts),
  ],
};
