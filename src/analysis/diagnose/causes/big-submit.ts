import type { Cause, IncidentFacts, SubjectFacts } from "../cause.js";
import {
  budgetEvidence,
  movedEvidence,
  rowsKnown,
  startEvidence,
  triggerShare,
  writeEvidence,
} from "../command-evidence.js";
import { blockerActions } from "../remedies.js";
import { step } from "./prevention.js";

/** Rows a commit writes before it counts as big; one file costs about ten. */
const BIG_ROWS = 10_000;
const UPLOAD_MB = 10;

/** A changelist of very many or very large files: the upload hurts nobody, the commit locks the revision tables. */
export const bigSubmit: Cause = {
  id: "big-submit",
  title: "A big submit or shelve",
  apart:
    "Only the commit phase blocks others (dm-CommitSubmit, many rows written); the upload before it keeps only its own user waiting. With little written it was slowed by a trigger or a disk.",
  source: "go-libp4dlog's submit trio; Perforce release notes 2013.3; p4 help maxresults (MaxOpenFiles).",
  role: "operation",
  explains: ["db-wedge", "slow-command"],
  category: null,
  weigh(facts) {
    const { subject, reader } = facts;
    if (subject === null || subject.kind !== "submit") return null;
    return {
      fit: fitOf(facts, subject),
      for: [
        ...writeEvidence(subject, reader),
        ...budgetEvidence(subject),
        ...movedEvidence(subject),
        ...startEvidence(subject),
      ],
      against: isSmall(subject) ? writeEvidence(subject, reader) : [],
      missing: rowsKnown(subject) ? [] : [`track output of pid ${subject.pid}: rows written`],
    };
  },
  actions: blockerActions,
  prevention: () => [
    step("Submit very large changes in parts, or outside working hours; populate instead of integrate and submit."),
    step("Let big uploads go in parallel (net.parallel.submit.threads) or through an edge server."),
    step("Set MaxOpenFiles for those who open very many files at once (p4 group)."),
  ],
};

function fitOf(facts: IncidentFacts, subject: SubjectFacts): number {
  if (triggerShare(facts) >= 0.5) return 0.3;
  if ((subject.command?.putRows ?? 0) >= BIG_ROWS) return 0.97;
  if (facts.draft.cluster !== null) return isSmall(subject) ? 0.6 : 0.93;
  const mb = subject.command?.rpcMb ?? null;
  if (subject.budget?.dominant === "peer") return mb === null || mb >= UPLOAD_MB ? 0.93 : 0.55;
  return mb !== null && mb >= UPLOAD_MB * 10 ? 0.85 : 0.7;
}

/** A commit that wrote little and took long was slowed by something else. */
function isSmall(subject: SubjectFacts): boolean {
  return rowsKnown(subject) && (subject.command?.putRows ?? 0) > 0 && (subject.command?.putRows ?? 0) < 1000;
}
