import type { LockMode } from "../../contracts/lock-facts.js";
import type { Span } from "./lock-model.js";

/** Per instant of one lock object: who holds it and who waits, as step functions. */
interface Steps {
  readonly times: number[];
  readonly readHolds: number[];
  readonly writeHolds: number[];
  readonly readWaits: number[];
  readonly writeWaits: number[];
}

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
  private readonly steps: Steps;
  private readonly coveredForWriter: number[];
  private readonly coveredForReader: number[];

  constructor(spans: readonly Span[]) {
    this.steps = sweep(spans);
    this.coveredForWriter = this.prefix((i) => this.cover(i, "W"));
    this.coveredForReader = this.prefix((i) => this.cover(i, "R"));
  }

  /** Milliseconds of [from, to] in which a request of `mode` has a holder to wait for. */
  coveredMs(mode: LockMode, from: number, to: number): number {
    const prefix = mode === "W" ? this.coveredForWriter : this.coveredForReader;
    return this.integral(prefix, mode, to) - this.integral(prefix, mode, from);
  }

  /** Stretches in which somebody waits although nobody known holds. */
  uncovered(): Segment[] {
    const found: Segment[] = [];
    const { times, readWaits, writeWaits } = this.steps;
    for (let i = 0; i + 1 < times.length; i++) {
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

  private prefix(valueAt: (i: number) => number): number[] {
    const { times } = this.steps;
    const sums = [0];
    for (let i = 0; i + 1 < times.length; i++) {
      sums.push((sums[i] ?? 0) + valueAt(i) * ((times[i + 1] ?? 0) - (times[i] ?? 0)));
    }
    return sums;
  }

  private integral(prefix: readonly number[], mode: LockMode, at: number): number {
    const { times } = this.steps;
    const i = lastAtOrBefore(times, at);
    if (i < 0) return 0;
    const rest = i + 1 < times.length ? at - (times[i] ?? 0) : 0;
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

function sweep(spans: readonly Span[]): Steps {
  const events: { at: number; span: Span; sign: number }[] = [];
  for (const span of spans) {
    if (span.to <= span.from) continue;
    events.push({ at: span.from, span, sign: 1 }, { at: span.to, span, sign: -1 });
  }
  events.sort((a, b) => a.at - b.at);
  const steps: Steps = { times: [], readHolds: [], writeHolds: [], readWaits: [], writeWaits: [] };
  const now = { R: { held: 0, wait: 0 }, W: { held: 0, wait: 0 } };
  events.forEach((event, i) => {
    const { span, sign } = event;
    now[span.mode][span.what] += sign * span.weight;
    if (events[i + 1]?.at === event.at) return;
    steps.times.push(event.at);
    steps.readHolds.push(now.R.held);
    steps.writeHolds.push(now.W.held);
    steps.readWaits.push(now.R.wait);
    steps.writeWaits.push(now.W.wait);
  });
  return steps;
}

export function spansByObject(spans: readonly Span[]): Map<string, Span[]> {
  const byObject = new Map<string, Span[]>();
  for (const span of spans) {
    const list = byObject.get(span.object);
    if (list === undefined) byObject.set(span.object, [span]);
    else list.push(span);
  }
  return byObject;
}
