import type { Incident } from "../../contracts/analysis.js";
import type { IncidentKnowledge, Passage, PastIncident } from "../../contracts/knowledge.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { countText } from "./amounts.js";

export function knowledgeOf(model: ReportModel, incident: Incident): IncidentKnowledge | null {
  return model.knowledge?.[incident.id] ?? null;
}

/** "A query that scans … › In the log": where a passage stands. */
export function placeOfPassage({ title, sectionPath }: Passage): string {
  return [title, ...sectionPath].join(" › ");
}

/** How far a passage's source is believed; null for what p4rca ships. */
export function doubtAbout({ trust, site }: Passage): string | null {
  if (trust === "untrusted") return "unverified source";
  return site === null ? null : `of site ${site}`;
}

/** "2024-03-12: same cause, same user (long-scan-query, confirmed)" */
export function beforeText({ startedAt, same, cause, confirmed }: PastIncident): string {
  const shared = same.map((trait) => `same ${trait}`).join(", ");
  const known = cause === null ? "cause unknown" : `${cause}, ${confirmed ? "confirmed" : "not confirmed"}`;
  return `${startedAt.slice(0, 10)}: ${shared} (${known})`;
}

/** What memory says as a whole; null where nothing is remembered at all. */
export function memoryText(incident: Incident, { before, remembered }: IncidentKnowledge): string | null {
  if (remembered === 0) return null;
  const sameCause = before.filter(({ same }) => same.includes("cause")).length;
  if (sameCause > 0) return `${countText(sameCause, "past incident")} of ${remembered} had this cause`;
  const what = incident.cause === null ? "like this one" : `with the cause ${incident.cause}`;
  return `new: none of ${countText(remembered, "remembered incident")} ${remembered === 1 ? "is" : "are"} ${what}`;
}
