import { logTime, offsetLabel } from "../../base/time.js";
import type { CaseServer } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";

/** A server's clock at the incident: minutes east of UTC and what to print behind its times. */
export interface Zone {
  readonly offsetMinutes: number;
  readonly label: string;
}

const UTC: Zone = { offsetMinutes: 0, label: "UTC" };

/** Times are shown as the server's log prints them, so that grep finds them. Without a server: the first one's clock. */
export function zoneOf(model: ReportModel, server: string | null): Zone {
  const id = server ?? model.document.case.servers[0]?.id;
  if (id === undefined || !Object.hasOwn(model.zones, id)) return UTC;
  const zone = model.zones[id] ?? UTC;
  return zone.label === "" ? { ...zone, label: offsetLabel(zone.offsetMinutes) } : zone;
}

/** `2024/03/05 14:07:03`, without the zone. */
export function localTime(instant: string | number, zone: Zone): string {
  const epochMs = typeof instant === "number" ? instant : Date.parse(instant);
  const localMs = epochMs + zone.offsetMinutes * 60_000;
  // Beyond what a Date can hold there is no calendar day to print.
  return Math.abs(localMs) <= 8.64e15 ? logTime(localMs) : "unknown time";
}

/** `14:07:03` where the day is the one of `beside`, else with its date. */
export function shortTime(instant: string | number, beside: string | number, zone: Zone): string {
  const full = localTime(instant, zone);
  return full.slice(0, 10) === localTime(beside, zone).slice(0, 10) ? full.slice(11) : full;
}

export function windowSeconds(window: { readonly start: string; readonly end: string }): number {
  return (Date.parse(window.end) - Date.parse(window.start)) / 1000;
}

/** What people call the server: its serverId, else its instance, else the document's own label. */
export function serverName(servers: readonly CaseServer[], id: string): string {
  const server = servers.find((candidate) => candidate.id === id);
  return server?.serverId ?? server?.instance ?? id;
}
