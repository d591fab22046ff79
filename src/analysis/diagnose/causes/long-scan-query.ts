import { isWholeDepot } from "../../../base/perforce-command.js";
import type { Cause, SubjectFacts, Weighing } from "../cause.js";
import { budgetEvidence, rowsKnown, SCAN_ROWS, scanEvidence, startEvidence } from "../command-evidence.js";
import { blockerActions } from "../remedies.js";
import { limitsFor, step } from "./prevention.js";

/** A read over the whole depot, or without narrowing: `files //...`, `fstat //...`, `filelog //...`. */
export const longScanQuery: Cause = {
  id: "long-scan-query",
  title: "A query scanned a large part of the database",
  apart:
    "Millions of rows scanned, or a path over the whole depot. Much processor time with few rows is a costly view instead.",
  source:
    "p4 help maxresults; the administrator's guide on preventing server swamp; Perforce KB Maximizing Perforce Performance.",
  role: "operation",
  explains: ["db-wedge", "slow-command"],
  category: null,
  weigh({ subject, root, reader }) {
    if (subject === null || root?.mode === "W") return null;
    const rows = subject.command?.scanRows ?? 0;
    const reads = subject.kind === "report" || subject.verb === "print";
    if (!reads && !(subject.kind === "transfer" && rows >= SCAN_ROWS)) return null;
    const fit = scanFit(subject, rows, root !== null);
    if (fit === null) return null;
    return {
      fit,
      for: [...scanEvidence(subject, reader), ...budgetEvidence(subject), ...startEvidence(subject)],
      against: [],
      missing: rowsKnown(subject) ? [] : [`track output of pid ${subject.pid}: rows scanned`],
    } satisfies Weighing;
  },
  actions: blockerActions,
  prevention: (facts) => [
    step("Run reports on a replica, or with a narrower path, or outside working hours."),
    limitsFor(facts),
    ...peeking(facts.reader.configurable(facts.draft.serverId, "db.peeking")),
  ],
};

/** Rows and a whole-depot path say scan; a report that held a lock others wanted is one by what it did. */
function scanFit(subject: SubjectFacts, rows: number, blocked: boolean): number | null {
  const wide = isWholeDepot(subject.args);
  if (rows >= SCAN_ROWS) return 0.97;
  if (blocked) return wide || rows >= SCAN_ROWS / 10 ? 0.96 : 0.85;
  if (rowsKnown(subject) && rows > 0) return rows >= SCAN_ROWS / 10 ? 0.7 : null;
  return wide ? 0.75 : null;
}

function peeking(value: string | null) {
  if (value === null || Number(value) >= 2) return [];
  return [
    step(`db.peeking is ${value}: level 2 lets most reports read without locks.`, "p4 configure set db.peeking=2"),
  ];
}
