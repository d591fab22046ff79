import { EXIT, OperatorError } from "../base/errors.js";
import { epochToLocalMs, logTime } from "../base/time.js";
import type { Instant } from "./instant.js";

const DAY_S = 86_400;

/** What the logs say of their own time: local seconds of the first and last line, and the zones of their servers. */
export interface LogSpan {
  readonly firstS: number;
  readonly lastS: number;
  readonly zones: readonly string[];
}

export interface Bounds {
  readonly fromS: number | null;
  readonly toS: number | null;
  /** What was taken for granted on the way, to be told to the operator. */
  readonly notes: readonly string[];
}

/**
 * --from and --to on the server's clock. A time without a date is of the last day of the log on which it fits, and
 * belongs to the same stretch as the other bound. Throws OperatorError (usage) where the bounds leave nothing.
 */
export function resolveBounds(from: Instant | null, to: Instant | null, span: LogSpan): Bounds {
  const fixedFrom = onLocalClock(from, span.zones, Math.min);
  const fixedTo = onLocalClock(to, span.zones, Math.max);
  const [fromS, toS] = withDays({ s: fixedFrom, time: timeOf(from) }, { s: fixedTo, time: timeOf(to) }, span);
  if (fromS !== null && toS !== null && fromS > toS) {
    const message = `--from ${logTime(fromS * 1000)} lies behind --to ${logTime(toS * 1000)}`;
    throw new OperatorError("empty-window", message, EXIT.usage);
  }
  return { fromS, toS, notes: [...dayNotes(from, fromS, to, toS, span), ...zoneNotes(from, to, span)] };
}

interface Bound {
  readonly s: number | null;
  readonly time: number | null;
}

function timeOf(instant: Instant | null): number | null {
  return instant?.clock === "time-of-day" ? instant.s : null;
}

/** Servers in several zones share one window: it is made wide enough for all of them. */
function onLocalClock(
  instant: Instant | null,
  zones: readonly string[],
  widest: (...values: number[]) => number,
): number | null {
  if (instant === null || instant.clock === "time-of-day") return null;
  if (instant.clock === "local") return instant.s;
  return widest(...zones.map((zone) => epochToLocalMs(instant.s * 1000, zone) / 1000));
}

function withDays(from: Bound, to: Bound, span: LogSpan): [number | null, number | null] {
  if (from.time !== null && to.time !== null) {
    // 23:50 to 00:10 passes midnight.
    const length = (to.time - from.time + DAY_S) % DAY_S;
    const fits = (s: number) => s <= span.lastS && s + length >= span.firstS;
    const eve = Math.floor(span.firstS / DAY_S) - 1;
    const startS = lastDay(from.time, span, fits, "--from and --to", fits, eve);
    return [startS, startS + length];
  }
  if (from.time !== null) {
    const endS = Math.min(to.s ?? span.lastS, span.lastS);
    return [lastDay(from.time, span, (s) => s <= endS, "--from"), to.s];
  }
  if (to.time !== null) {
    const startS = Math.max(from.s ?? span.firstS, span.firstS);
    const fits = (s: number) => s >= startS && s <= span.lastS;
    return [from.s, lastDay(to.time, span, fits, "--to", (s) => s >= startS)];
  }
  return [from.s, to.s];
}

/** The last day of the log on which the time passes the first of the tests that any day passes. */
function lastDay(
  time: number,
  span: LogSpan,
  fits: (s: number) => boolean,
  option: string,
  orElse: (s: number) => boolean = fits,
  earliestDay = Math.floor(span.firstS / DAY_S),
): number {
  const days: number[] = [];
  for (let day = Math.floor(span.lastS / DAY_S); day >= earliestDay; day--) days.push(day * DAY_S + time);
  const found = days.find(fits) ?? days.find(orElse);
  if (found !== undefined) return found;
  const covered = `${logTime(span.firstS * 1000)} to ${logTime(span.lastS * 1000)}`;
  throw new OperatorError(
    "empty-window",
    `${option} on no day leaves anything of the log, which covers ${covered}`,
    EXIT.usage,
  );
}

function dayNotes(
  from: Instant | null,
  fromS: number | null,
  to: Instant | null,
  toS: number | null,
  span: LogSpan,
): string[] {
  if (Math.floor(span.firstS / DAY_S) === Math.floor(span.lastS / DAY_S)) return [];
  const taken = [
    ...(timeOf(from) !== null && fromS !== null ? [`--from as ${logTime(fromS * 1000)}`] : []),
    ...(timeOf(to) !== null && toS !== null ? [`--to as ${logTime(toS * 1000)}`] : []),
  ];
  if (taken.length === 0) return [];
  const covered = `${logTime(span.firstS * 1000)} to ${logTime(span.lastS * 1000)}`;
  return [`the log covers several days, ${covered}: taking ${taken.join(" and ")}`];
}

function zoneNotes(from: Instant | null, to: Instant | null, span: LogSpan): string[] {
  const zoned = from?.clock === "utc" || to?.clock === "utc";
  return zoned && new Set(span.zones).size > 1 ? [`servers in ${span.zones.join(", ")}: the window covers all`] : [];
}
