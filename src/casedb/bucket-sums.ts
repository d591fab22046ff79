import { type CommandColumns, NO_SECOND } from "./command-columns.js";

/** What the commands of a server did, summed up by stretches of equal length: one typed array a figure. */
export class BucketSums {
  readonly started: Uint32Array;
  readonly ended: Uint32Array;
  readonly lapseMs: Float64Array;
  readonly cpuMs: Float64Array;
  readonly peerMs: Float64Array;
  readonly pausedMs: Float64Array;
  readonly lockWaitMs: Float64Array;
  readonly triggerMs: Float64Array;
  /** Median lapse of what ended in a bucket; NaN where nothing did. */
  readonly medianLapseMs: Float64Array;
  /** Rows of the first start and of the first end, -1 for none. */
  readonly began: Int32Array;
  readonly over: Int32Array;

  constructor(
    private readonly columns: CommandColumns,
    private readonly firstS: number,
    private readonly stepS: number,
    readonly count: number,
  ) {
    this.started = new Uint32Array(count);
    this.ended = new Uint32Array(count);
    this.lapseMs = new Float64Array(count);
    this.cpuMs = new Float64Array(count);
    this.peerMs = new Float64Array(count);
    this.pausedMs = new Float64Array(count);
    this.lockWaitMs = new Float64Array(count);
    this.triggerMs = new Float64Array(count);
    this.began = new Int32Array(count).fill(-1);
    this.over = new Int32Array(count).fill(-1);
    for (let row = 0; row < columns.count; row++) if (columns.isCounted(row)) this.add(row);
    this.medianLapseMs = this.medians();
  }

  /** Bucket in which a command ended; -1: in none. */
  endOf(row: number): number {
    return this.bucketOf(this.columns.endS[row] ?? NO_SECOND);
  }

  private bucketOf(second: number): number {
    const bucket = Math.floor((second - this.firstS) / this.stepS);
    return second !== NO_SECOND && bucket >= 0 && bucket < this.count ? bucket : -1;
  }

  private add(row: number): void {
    const { startS, endS, longestMs, cpuMs, peerMs, pausedMs } = this.columns;
    const first = this.bucketOf(startS[row] as number);
    if (first >= 0) {
      (this.started[first] as number)++;
      if (this.isEarlier(row, this.began[first] as number, startS)) this.began[first] = row;
    }
    const last = this.bucketOf(endS[row] as number);
    if (last < 0) return;
    (this.ended[last] as number)++;
    (this.lapseMs[last] as number) += longestMs[row] as number;
    (this.cpuMs[last] as number) += cpuMs[row] as number;
    (this.peerMs[last] as number) += peerMs[row] as number;
    (this.pausedMs[last] as number) += pausedMs[row] as number;
    if (this.isEarlier(row, this.over[last] as number, endS)) this.over[last] = row;
  }

  /** Commands are stored as they ended, so the first of a bucket may come late. */
  private isEarlier(row: number, known: number, second: Int32Array): boolean {
    if (known < 0) return true;
    const { lineNo } = this.columns;
    const apart = (second[row] as number) - (second[known] as number);
    return apart < 0 || (apart === 0 && (lineNo[row] as number) < (lineNo[known] as number));
  }

  private medians(): Float64Array {
    const { columns, count, ended } = this;
    const next = new Uint32Array(count);
    for (let bucket = 1; bucket < count; bucket++) {
      next[bucket] = (next[bucket - 1] as number) + (ended[bucket - 1] as number);
    }
    const lapses = new Float64Array(columns.count);
    for (let row = 0; row < columns.count; row++) {
      const bucket = columns.isCounted(row) ? this.endOf(row) : -1;
      if (bucket >= 0) lapses[(next[bucket] as number)++] = columns.longestMs[row] as number;
    }
    return Float64Array.from(next, (end, bucket) => {
      const own = lapses.subarray(end - (ended[bucket] as number), end).sort();
      return own[Math.floor(own.length / 2)] ?? Number.NaN;
    });
  }
}
