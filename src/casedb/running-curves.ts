import { type CommandColumns, NO_SECOND } from "./command-columns.js";
import { runningCurve } from "./concurrency-reader.js";

interface Point {
  readonly atMs: number;
  readonly running: number;
}

/** Seconds of a log of which the count of each is kept: 20 MB. */
const MOST_SECONDS = 5_000_000;

/** Curves of many stretches of one log, as runningCurve draws them; its commands are counted once for all of them. */
export class RunningCurves {
  private counts: SecondCounts | null = null;
  private isCounted = false;

  constructor(private readonly columns: CommandColumns) {}

  of(fromMs: number, toMs: number): Point[] {
    const [fromS, toS] = [Math.floor(fromMs / 1000), Math.floor(toMs / 1000)];
    const counts = this.counted();
    if (counts === null || toS < fromS || toS - fromS > MOST_SECONDS) return runningCurve(this.columns, fromMs, toMs);
    const result: Point[] = [];
    let before = 0;
    for (let second = fromS; second <= toS; second++) {
      const running = counts.at(second);
      if (running !== before || second === fromS) result.push({ atMs: second * 1000, running });
      before = running;
    }
    return result;
  }

  private counted(): SecondCounts | null {
    if (!this.isCounted) this.counts = countSeconds(this.columns);
    this.isCounted = true;
    return this.counts;
  }
}

/** Commands open at the end of each second. */
class SecondCounts {
  constructor(
    private readonly firstS: number,
    private readonly running: Int32Array,
  ) {}

  at(second: number): number {
    const last = this.running.length - 1;
    return second < this.firstS ? 0 : (this.running[Math.min(second - this.firstS, last)] ?? 0);
  }
}

/** Null where that would take too much room, or where a clock went back so far that a command ended before its start. */
function countSeconds(columns: CommandColumns): SecondCounts | null {
  const { startS, endS, count } = columns;
  let firstS = Number.POSITIVE_INFINITY;
  let lastS = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < count; row++) {
    const start = startS[row] as number;
    const end = endS[row] as number;
    if (start === NO_SECOND || !columns.isCounted(row)) continue;
    if (end !== NO_SECOND && end < start) return null;
    firstS = Math.min(firstS, start);
    lastS = Math.max(lastS, start, end);
  }
  if (firstS > lastS) return new SecondCounts(0, new Int32Array(1));
  if (lastS - firstS > MOST_SECONDS) return null;
  const running = new Int32Array(lastS - firstS + 1);
  for (let row = 0; row < count; row++) {
    const start = startS[row] as number;
    const end = endS[row] as number;
    if (start === NO_SECOND || end === start || !columns.isCounted(row)) continue;
    running[start - firstS] = (running[start - firstS] as number) + 1;
    if (end !== NO_SECOND) running[end - firstS] = (running[end - firstS] as number) - 1;
  }
  for (let i = 1; i < running.length; i++) running[i] = (running[i] as number) + (running[i - 1] as number);
  return new SecondCounts(firstS, running);
}
