/** An instant as a capture tells it: seconds of UTC, or of the server's own clock where no zone stands beside it. */
export interface CaptureTime {
  readonly seconds: number;
  readonly isUtc: boolean;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

// 2024-03-05T14:07:36.123+01:00   2024/03/05 14:07:36 +0000 GMT   2024-03-05 14:07:36
const ISO =
  /^(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,]\d{1,9})?(?: ?(Z|UTC|GMT|[+-]\d{2}:?\d{2}))?(?![\w.])/;
// Tue Mar  5 14:07:36 UTC 2024   Tue Mar  5 02:07:36 PM CET 2024   Tue Mar  5 14:07:36 2024
const DATE_1 =
  /^(?:[A-Z][a-z]{2},? )?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?: ([AP]M))?(?: ([A-Z]{2,5}|[+-]\d{2,4}))? (\d{4})(?!\d)/;
// Tue 05 Mar 2024 02:07:36 PM UTC   Tue, 5 Mar 2024 14:07:36 +0000
const DATE_2 =
  /^(?:[A-Z][a-z]{2},? )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2})(?: ([AP]M))?(?: ([A-Z]{2,5}|[+-]\d{2}:?\d{2}))?/;
// The words and marks that people and scripts put in front: "# taken 2024-03-05T14:07:36Z", "=== Date: 2024/03/05 …"
const LEAD = /^[\s#=*>|[-]{0,40}(?:(?:taken|captured|capture|date|time|timestamp|at|on)[:=]? {0,4}){0,3}/i;

/** The time that a line consists of or begins with, behind comment marks and words like "taken"; else null. */
export function timeInLine(line: string): CaptureTime | null {
  const text = line.slice(0, 200);
  const rest = text.slice(LEAD.exec(text)?.[0].length ?? 0);
  return isoTime(rest) ?? dateTime(rest);
}

function isoTime(text: string): CaptureTime | null {
  const m = ISO.exec(text);
  return m === null ? null : instant([m[1], m[2], m[3], m[4], m[5], m[6]].map(Number), m[7]);
}

function dateTime(text: string): CaptureTime | null {
  const a = DATE_1.exec(text);
  if (a !== null) {
    return instant([Number(a[8]), monthOf(a[1]), Number(a[2]), hour(a[3], a[6]), Number(a[4]), Number(a[5])], a[7]);
  }
  const b = DATE_2.exec(text);
  if (b === null) return null;
  return instant([Number(b[3]), monthOf(b[2]), Number(b[1]), hour(b[4], b[7]), Number(b[5]), Number(b[6])], b[8]);
}

// monitor-20240305-140736.txt   lslocks_2024-03-05_14-07-36   20240305T140736Z
const IN_NAME = /(?<!\d)(20\d{2})-?(\d{2})-?(\d{2})[-_T. ]?(\d{2})[-_:.]?(\d{2})[-_:.]?(\d{2})(Z)?(?!\d)/;

/** The time in a file's name or path, the last one there; null when there is none. */
export function timeInName(path: string): CaptureTime | null {
  for (const part of path.split("/").reverse()) {
    const m = IN_NAME.exec(part);
    const time = m === null ? null : instant([m[1], m[2], m[3], m[4], m[5], m[6]].map(Number), m[7]);
    if (time !== null) return time;
  }
  return null;
}

/** 1 to 12, or NaN. */
export function monthOf(name: string | undefined): number {
  const index = MONTHS.indexOf((name ?? "").toLowerCase());
  return index < 0 ? Number.NaN : index + 1;
}

function hour(text: string | undefined, half: string | undefined): number {
  const value = Number(text);
  if (half === undefined) return value;
  return (value % 12) + (half === "PM" ? 12 : 0);
}

/** From year, month, day, hour, minute, second and a zone; null when they make no date. */
export function instant(parts: readonly number[], zone: string | undefined): CaptureTime | null {
  const [year = Number.NaN, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  const inRange = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hours < 24 && minutes < 60 && seconds <= 60;
  const ms = Date.UTC(year, month - 1, day, hours, minutes, seconds);
  // February 29 of a year that has none would become March 1.
  if (!inRange || !Number.isFinite(ms) || new Date(ms - seconds * 1000).getUTCDate() !== day) return null;
  const offset = zoneMinutes(zone);
  return { seconds: ms / 1000 - (offset ?? 0) * 60, isUtc: offset !== null };
}

/** Minutes east of UTC. Letters like CET are not unique around the world, so they count as the server's own zone. */
function zoneMinutes(zone: string | undefined): number | null {
  if (zone === "Z" || zone === "UTC" || zone === "GMT") return 0;
  const m = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? ""); // +01:00, -0800, +01
  if (m === null) return null;
  const minutes = Number(m[2]) * 60 + Number(m[3] ?? 0);
  return m[1] === "-" ? -minutes : minutes;
}
