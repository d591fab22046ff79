import type { LockMode } from "../../contracts/lock-facts.js";
import { groupBy } from "./group-by.js";
import type { Span } from "./lock-model.js";
import { LockSteps, type Stretch } from "./lock-steps.js";

export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly readers: number;
  readonly writers: number;
}

/**
 * Answers "how much of this interval is explained by a holder" in O(log n), from one sweep over the object's spans.
 * A waiting writer is explained by any holder; a waiting reader by a writer, or, where a writer waits too, by the
 * readers that writer waits for: in a fair queue (not Linux) the reader stands behind it.
 */
export class ObjectTimeline {
  private readonly steps: LockSteps;
  private forWriter: Float64Array | null = null;
  private forReader: Float64Array | null = null;

  constructor(spans: readonly Stretch[] | LockSteps) {
    this.steps = spans instanceof LockSteps ? spans : new LockSteps(spans);
  }

  copy(): ObjectTimeline {
    return new ObjectTimeline(this.steps.copy());
  }

  add(span: Span): void {
    this.steps.add(span);
    this.forWriter = null;
    this.forReader = null;
  }

  /** Milliseconds of [from, to] in which a request of `mode` has a holder to wait for. */
  coveredMs(mode: LockMode, from: number, to: number): number {
    const prefix = this.prefixOf(mode);
    return this.integral(prefix, mode, to) - this.integral(prefix, mode, from);
  }

  /** Stretches in which somebody waits although nobody known holds. */
  uncovered(): Segment[] {
    const found: Segment[] = [];
    const { times, readWaits, writeWaits, count } = this.steps;
    for (let i = 0; i + 1 < count; i++) {
      if (readWaits[i] === 0 && writeWaits[i] === 0) continue;
      const readers = (readWaits[i] ?? 0) * (1 - this.cover(i, "R"));
      const writers = (writeWaits[i] ?? 0) * (1 - this.cover(i, "W"));
      if (readers > 0.01 || writers > 0.01) {
        found.push({ from: times[i] ?? 0, to: times[i + 1] ?? 0, readers, writers });
      }
    }
    return found;
  }

  private cover(i: number, mode: LockMode): number {
    const { readHolds, writeHolds, writeWaits } = this.steps;
    const writer = writeHolds[i] ?? 0;
    const reader = readHolds[i] ?? 0;
    const counted = mode === "W" || (writeWaits[i] ?? 0) > 0.5 ? writer + reader : writer;
    return counted > 1 - 1e-6 ? 1 : Math.max(0, counted);
  }

  private prefixOf(mode: LockMode): Float64Array {
    if (mode === "W") {
      this.forWriter ??= this.prefix("W");
      return this.forWriter;
    }
    this.forReader ??= this.prefix("R");
    return this.forReader;
  }

  private prefix(mode: LockMode): Float64Array {
    const { times, count } = this.steps;
    const sums = new Float64Array(Math.max(1, count));
    for (let i = 0; i + 1 < count; i++) {
      sums[i + 1] = (sums[i] ?? 0) + this.cover(i, mode) * ((times[i + 1] ?? 0) - (times[i] ?? 0));
    }
    return sums;
  }

  private integral(prefix: Float64Array, mode: LockMode, at: number): number {
    const { times, count } = this.steps;
    const i = this.steps.lastAtOrBefore(at);
    if (i < 0) return 0;
    const rest = i + 1 < count ? at - (times[i] ?? 0) : 0;
    return (prefix[i] ?? 0) + rest * this.cover(i, mode);
  }
}

/** Index of the last element <= value, -1 if none; `sorted` ascending. */
export function lastAtOrBefore(sorted: readonly number[], value: number): number {
  let lo = 0;
  let hi = sorted.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if ((sorted[mid] ?? 0) <= value) lo = mid + 1;
    else hi = mid;
  }
  return lo - 1;
}

export function spansByObject(spans: readonly Span[]): Map<string, Span[]> {
  return groupBy(spans, (span) => span.object);
}
