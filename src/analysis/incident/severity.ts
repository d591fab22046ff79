import type { ImpactFacts } from "../../contracts/incident-draft.js";
import type { Severity } from "../../contracts/severity.js";

/** Limits of CONTRACT section 2; each is a setting (`severity.*`). */
export interface SeveritySettings {
  readonly criticalVictims: number;
  readonly criticalBlockedSeconds: number;
  readonly majorVictims: number;
  readonly majorBlockedSeconds: number;
}

const DEFAULTS: SeveritySettings = {
  criticalVictims: 20,
  criticalBlockedSeconds: 600,
  majorVictims: 5,
  majorBlockedSeconds: 120,
};

export function severitySettings(given: Partial<SeveritySettings>): SeveritySettings {
  return { ...DEFAULTS, ...given };
}

/** What the counts say; a detector that knows worse (corruption, disk full) raises it. */
export function severityOf(
  impact: ImpactFacts,
  raised: readonly (Severity | null)[],
  limits: SeveritySettings,
): Severity {
  const order: readonly Severity[] = ["critical", "major", "warning", "info"];
  // Worth knowing, nothing hurt: only when every signal says so.
  if (impact.blockedCommands === 0 && raised.length > 0 && raised.every((level) => level === "info")) return "info";
  return order.find((level) => level === counted(impact, limits) || raised.includes(level)) ?? "warning";
}

function counted(impact: ImpactFacts, limits: SeveritySettings): Severity {
  const blockedSeconds = impact.blockedMs / 1000;
  if (impact.blockedCommands >= limits.criticalVictims || blockedSeconds >= limits.criticalBlockedSeconds) {
    return "critical";
  }
  if (impact.blockedCommands >= limits.majorVictims || blockedSeconds >= limits.majorBlockedSeconds) return "major";
  return "warning";
}
