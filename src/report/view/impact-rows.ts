import type { Incident } from "../../contracts/analysis.js";
import type { ImpactShare, ReportModel } from "../../contracts/report-model.js";

export interface ImpactRow extends ImpactShare {
  readonly what: "user" | "program" | "from";
}

/** Of each split, what tells most; the rest is a long tail. */
const MOST_EACH = 8;

/** Users, programs and places that an incident cost most, in this order; empty where the model does not know. */
export function impactRows(model: ReportModel, incident: Incident): ImpactRow[] {
  const impact = model.impact?.[incident.id];
  if (impact === undefined) return [];
  const top = (what: ImpactRow["what"], shares: readonly ImpactShare[]) =>
    shares.slice(0, MOST_EACH).map((share) => ({ what, ...share }));
  return [...top("user", impact.byUser), ...top("program", impact.byApplication), ...top("from", impact.byPlace)];
}
