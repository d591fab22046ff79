import type { Cause } from "../cause.js";
import { budgetEvidence, startEvidence } from "../command-evidence.js";
import { blockerActions } from "../remedies.js";
import { step } from "./prevention.js";

/** Tables that every command reads when it starts. */
const READ_BY_ALL = new Set(["db.protect", "db.group", "db.groupx", "db.trigger"]);

export const protectGroupTriggerTableEdit: Cause = {
  id: "protect-group-trigger-table-edit",
  title: "A change of protections, groups or triggers",
  apart: "db.protect, db.group or db.trigger is held for write, and every command waits at its very start.",
  source: "Perforce schema (tables that every command reads); go-libp4dlog's samples.",
  role: "operation",
  explains: ["db-wedge"],
  category: null,
  weigh({ subject, root }) {
    if (subject === null) return null;
    const table = root !== null && root.mode === "W" && READ_BY_ALL.has(root.object);
    if (subject.kind !== "permissions" && !table) return null;
    const fit = table ? 0.96 : 0.8;
    return { fit, for: [...budgetEvidence(subject), ...startEvidence(subject)], against: [], missing: [] };
  },
  actions: blockerActions,
  prevention: () => [
    step("Edit protections, groups and triggers when few people work, and keep the protection table short."),
    step("Let directory synchronisation of groups run outside working hours."),
  ],
};
