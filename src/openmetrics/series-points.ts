import type { MinuteSum } from "../contracts/metrics-history.js";
import { point } from "./exposition.js";
import type { Timeline } from "./timeline.js";

/** Commands open from `fromMs` to `toMs` (local), one entry a change, the first at `fromMs`: CaseReader.runningCurve. */
export type Running = (fromMs: number, toMs: number) => readonly { readonly atMs: number; readonly running: number }[];

/** A piece of text for so many points: small enough to hold, large enough to write. */
const PIECE_POINTS = 1440;

/** A counter: 0 at the start of the first minute, then its total at the end of each. `sums` in order of minute. */
export function* counterPoints(
  series: string,
  { minutes, endS, firstS }: Timeline,
  sums: readonly MinuteSum[],
  divisor: number,
): Generator<string> {
  let text = point(series, 0, firstS);
  let total = 0;
  let next = 0;
  for (const [index, minute] of minutes.entries()) {
    // Also what was logged in a minute that the timeline leaves out.
    for (; next < sums.length && (sums[next] as MinuteSum).minute <= minute; next++) {
      total += (sums[next] as MinuteSum).value;
    }
    text += point(series, total / divisor, endS[index] as number);
    if (index % PIECE_POINTS !== 0) continue;
    yield text;
    text = "";
  }
  yield text;
}

/** How many commands were open when each minute ended, or, as `peak`, at most at the end of one of its seconds. */
export function* levelPoints(
  series: string,
  { minutes, endS }: Timeline,
  running: Running,
  peak: boolean,
): Generator<string> {
  for (let from = 0; from < minutes.length; from += PIECE_POINTS) {
    const piece = minutes.slice(from, from + PIECE_POINTS);
    const levels = levelsOf(piece, running((piece[0] as number) * 60_000, endOf(piece.at(-1) as number)));
    yield levels
      .map((level, index) => point(series, peak ? level.peak : level.last, endS[from + index] as number))
      .join("");
  }
}

function levelsOf(minutes: readonly number[], curve: ReturnType<Running>): { last: number; peak: number }[] {
  let next = 0;
  let level = 0;
  return minutes.map((minute) => {
    while (next < curve.length && (curve[next]?.atMs ?? 0) <= minute * 60_000) level = curve[next++]?.running ?? 0;
    let peak = level;
    while (next < curve.length && (curve[next]?.atMs ?? 0) <= endOf(minute)) {
      level = curve[next++]?.running ?? 0;
      peak = Math.max(peak, level);
    }
    return { last: level, peak };
  });
}

/** The last second of a minute, in ms. */
function endOf(minute: number): number {
  return minute * 60_000 + 59_000;
}
