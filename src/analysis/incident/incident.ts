import type { CaseReader } from "../../contracts/case-reader.js";
import type { IncidentDraft, VerdictDecision } from "../../contracts/incident-draft.js";
import type { ImpactBreakdown } from "../../contracts/report-model.js";
import type { DetectContext, DetectorRun } from "../../contracts/signal.js";
import { draftIncident } from "./draft.js";
import { groupSignals } from "./grouping.js";
import { breakDownImpact } from "./impact-breakdown.js";
import { type SeveritySettings, severitySettings } from "./severity.js";
import { missingFor, uncoveredWindow } from "./verdict.js";

/**
 * Makes incidents of the signals of all detectors: what belongs together is one, independent roots stay apart, and the
 * result is ordered as the document wants it (severity, then blocked time; CONTRACT section 2).
 *
 * `settings` is the `severity` part of the settings; absent keys have their defaults.
 */
export function groupIncidents(
  runs: readonly DetectorRun[],
  context: DetectContext,
  settings: Partial<SeveritySettings> = {},
): IncidentDraft[] {
  const limits = severitySettings(settings);
  const signals = runs.flatMap((run) => (run.status === "fired" ? run.signals : []));
  return groupSignals(signals, context)
    .map((group) => draftIncident(group, context, limits))
    .sort(byWeight)
    .map((draft, index) => ({ ...draft, id: `inc-${index + 1}` }));
}

/** Whom each incident cost what: by user, program and place; by the incident's id. Incidents that hurt nobody are left out. */
export function impactByIncident(
  drafts: readonly IncidentDraft[],
  context: DetectContext,
): Readonly<Record<string, ImpactBreakdown>> {
  const all = drafts.map((draft) => [draft.id, breakDownImpact(draft, context)] as const);
  return Object.fromEntries(all.filter(([, impact]) => impact.byUser.length > 0));
}

const RANK = { critical: 0, major: 1, warning: 2, info: 3 } as const;

/** Nothing comes before a damaged database: whatever else is done may make it worse. */
function damage({ category, severity }: IncidentDraft): number {
  return category === "corruption" && severity === "critical" ? 0 : 1;
}

function byWeight(a: IncidentDraft, b: IncidentDraft): number {
  return (
    RANK[a.severity] - RANK[b.severity] ||
    damage(a) - damage(b) ||
    b.impact.blockedMs - a.impact.blockedMs ||
    a.fromMs - b.fromMs ||
    a.serverId - b.serverId ||
    (a.primary.subject?.pid ?? 0) - (b.primary.subject?.pid ?? 0)
  );
}

const DECISIVE = ["db-wedge", "checkpoint-under-load", "client-lock-contention", "slow-command"];

/**
 * Incident, no incident, or cannot tell (CONTRACT section 2). `missing` names evidence that would have answered, or would
 * have answered better.
 */
export function decideVerdict(
  drafts: readonly IncidentDraft[],
  runs: readonly DetectorRun[],
  context: DetectContext,
): VerdictDecision {
  const reader: CaseReader = context.reader;
  if (drafts.some((draft) => draft.severity !== "info")) {
    return { verdict: "incident", missing: missingFor(drafts, reader) };
  }
  const gaps = uncoveredWindow(reader);
  const failed = runs.filter((run) => DECISIVE.includes(run.detector) && run.status === "failed");
  gaps.push(...failed.map((run) => `the answer of the ${run.detector} detector, which failed`));
  if (gaps.length > 0) return { verdict: "insufficient-evidence", missing: [...new Set(gaps)] };
  return { verdict: "no-incident", missing: [] };
}
