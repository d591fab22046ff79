import type { Cause } from "../cause.js";
import { budgetEvidence, scanEvidence, startEvidence, writeEvidence } from "../command-evidence.js";
import { blockerActions } from "../remedies.js";
import { step } from "./prevention.js";

/** Static labels over huge file sets: tag, labelsync, label -d, or a sync to one. */
export const labelHeavyOperation: Cause = {
  id: "label-heavy-operation",
  title: "Work on a very large static label",
  apart:
    "db.label or a label's own lock is held, and the rows are db.label's; the same paths without @label are quick.",
  source: "P4 guide on automatic labels; go-libp4dlog's samples.",
  role: "operation",
  explains: ["db-wedge", "slow-command"],
  category: null,
  weigh({ subject, root, reader }) {
    if (subject === null) return null;
    const onLabel = root?.object === "db.label" || root?.object.startsWith("label/") === true;
    if (subject.kind !== "label" && !onLabel) return null;
    const fit = subject.kind === "label" ? 0.95 : 0.75;
    const evidence = [...writeEvidence(subject, reader), ...scanEvidence(subject, reader), ...budgetEvidence(subject)];
    return { fit, for: [...evidence, ...startEvidence(subject)], against: [], missing: [] };
  },
  actions: blockerActions,
  prevention: () => [
    step("Use automatic labels or changelist numbers instead of static labels over whole trees."),
    step("Delete or unload old labels outside working hours."),
  ],
};
