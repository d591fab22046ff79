import type { Cause } from "../cause.js";
import { rootEvidence } from "../lock-evidence.js";
import { blockerActions } from "../remedies.js";
import { limitsFor, step } from "./prevention.js";

export const dbWriteLockWedge: Cause = {
  id: "db-write-lock-wedge",
  title: "One command held a table for write",
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
