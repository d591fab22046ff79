import type { Category, Incident } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";

/**
 * How long the root held the incident's resource, in seconds; null when the evidence does not tell. The placed bar of
 * the timeline is asked first, then a cited fact about the same object ("... held db.rev for read 110057 ms").
 */
export function rootHeldSeconds(model: ReportModel, incident: Incident): number | null {
  const suspect = incident.suspect;
  if (suspect === null) return null;
  let longest: number | null = null;
  for (const bar of model.timeline) {
    if (bar.what !== "held" || bar.pid !== suspect.pid || bar.server !== incident.server) continue;
    if (bar.object !== incident.resource.name || (bar.incident !== null && bar.incident !== incident.id)) continue;
    longest = Math.max(longest ?? 0, (bar.toMs - bar.fromMs) / 1000);
  }
  return longest ?? heldFact(incident);
}

function heldFact(incident: Incident): number | null {
  for (const { fact, value, unit } of incident.evidence) {
    if (typeof value !== "number" || !fact.includes(" held ") || !fact.includes(incident.resource.name)) continue;
    if (unit === "ms") return value / 1000;
    if (unit === "s") return value;
  }
  return null;
}

const LOCK_CATEGORIES: readonly Category[] = ["db-wedge", "checkpoint-under-load", "client-lock-contention"];

/** Lock incidents have a blocker that held their resource; the others have a command, a trigger, a host. */
export function isLockIncident(incident: Incident): boolean {
  return LOCK_CATEGORIES.includes(incident.category);
}

/**
 * Not completed, and still running where the evidence ends as far as anybody can tell: then something is to be done now.
 * Else it was killed, or has let go of everything, and only its end was never logged.
 */
export function isRunning(incident: Incident): boolean {
  return incident.suspect?.inFlight === true && incident.actions.some((action) => action.when === "now");
}
