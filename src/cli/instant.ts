import { EXIT, OperatorError } from "../base/errors.js";

/**
 * A time as an operator writes it, in whole seconds: on the server's own clock (counted as if UTC), in UTC, or of a day
 * that is still to be found.
 */
export type Instant =
  | { readonly clock: "local"; readonly s: number }
  | { readonly clock: "utc"; readonly s: number }
  | { readonly clock: "time-of-day"; readonly s: number };

// 2024/03/05, 2024-03-05 10:05, 2024/03/05:10:05:00 (as p4 itself writes it), 2024-03-05T09:07:03.250Z, ... +01:00, ... UTC
const DATED =
  /^(\d{4})([-/])(\d{2})\2(\d{2})(?:[T :](\d{2}:\d{2}(?::\d{2})?)(?:\.\d{1,9})? ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/;
// 10:05, 9:05:30
const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;

/** Reads the time of --from or --to; throws OperatorError (usage) for what is none, the 31st of February among it. */
export function parseInstant(text: string): Instant {
  const trimmed = text.trim();
  const time = secondsOfDay(trimmed);
  if (time !== null) return { clock: "time-of-day", s: time };
  const [, year, , month, day, clock = "00:00", zone] = DATED.exec(trimmed) ?? [];
  const seconds = secondsOfDay(clock);
  const offset = offsetSeconds(zone);
  const dayS = Date.UTC(Number(year), Number(month) - 1, Number(day)) / 1000;
  const isDay = !Number.isNaN(dayS) && new Date(dayS * 1000).toISOString().startsWith(`${year}-${month}-${day}T`);
  if (!isDay || seconds === null || offset === null) throw notATime(text);
  return zone === undefined ? { clock: "local", s: dayS + seconds } : { clock: "utc", s: dayS + seconds - offset };
}

function secondsOfDay(text: string): number | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  return hour < 24 && minute < 60 && second < 60 ? hour * 3600 + minute * 60 + second : null;
}

/** Z -> 0, +01:00 -> 3600, -0530 -> -19800; null beyond what any zone has. */
function offsetSeconds(zone: string | undefined): number | null {
  if (zone === undefined || zone === "Z" || zone === "UTC") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(":", ""));
  if (minutes > 18 * 60) return null;
  return (zone[0] === "-" ? -60 : 60) * minutes;
}

function notATime(text: string): OperatorError {
  return new OperatorError(
    "bad-time",
    `"${text}" is not a time`,
    EXIT.usage,
    'Write it as the log does, "2024/03/05 14:07:00", with a zone, 2024-03-05T14:07:00Z, or 14:07 for the day of the log.',
  );
}
