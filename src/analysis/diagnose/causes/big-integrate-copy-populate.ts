import type { Cause } from "../cause.js";
import { budgetEvidence, scanEvidence, startEvidence, writeEvidence } from "../command-evidence.js";
import { blockerActions } from "../remedies.js";
import { limitsFor, step } from "./prevention.js";

export const bigIntegrateCopyPopulate: Cause = {
  id: "big-integrate-copy-populate",
  title: "An integrate, merge, copy or populate of a large tree",
  apart:
    "The holder is an integrate, merge, copy or populate of two large paths; a submit writes what it prepared, later and under another command.",
  source: "M. Bloch's report on locking at large sites; go-libp4dlog's integrate patterns.",
  role: "operation",
  explains: ["db-wedge", "slow-command"],
  category: null,
  weigh({ subject, reader }) {
    if (subject === null || subject.kind !== "integrate") return null;
    const evidence = [...scanEvidence(subject, reader), ...writeEvidence(subject, reader), ...budgetEvidence(subject)];
    return {
      fit: evidence.length > 0 ? 0.96 : 0.9,
      for: [...evidence, ...startEvidence(subject)],
      against: [],
      missing: [],
    };
  },
  actions: blockerActions,
  prevention: (facts) => [
    step("Integrate narrower paths or fewer changelists at a time, and branch large trees outside working hours."),
    limitsFor(facts),
  ],
};
