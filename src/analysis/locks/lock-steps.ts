import type { Span } from "./lock-model.js";

/**
 * One lock object as step functions of time: from `times[i]` to `times[i + 1]` this much is held and waited for, in each
 * mode. Only the first `count` elements count.
 */
export class LockSteps {
  count = 0;
  times: Float64Array;
  readHolds: Float64Array;
  writeHolds: Float64Array;
  readWaits: Float64Array;
  writeWaits: Float64Array;

  constructor(spans: readonly Span[]) {
    const lasting = spans.filter((span) => span.to > span.from);
    const room = 2 * lasting.length;
    this.times = new Float64Array(room);
    this.readHolds = new Float64Array(room);
    this.writeHolds = new Float64Array(room);
    this.readWaits = new Float64Array(room);
    this.writeWaits = new Float64Array(room);
    this.sweep(lasting);
  }

  copy(): LockSteps {
    const copy = new LockSteps([]);
    copy.count = this.count;
    copy.times = this.times.slice();
    copy.readHolds = this.readHolds.slice();
    copy.writeHolds = this.writeHolds.slice();
    copy.readWaits = this.readWaits.slice();
    copy.writeWaits = this.writeWaits.slice();
    return copy;
  }

  add(span: Span): void {
    if (span.to <= span.from) return;
    const first = this.stepAt(span.from);
    const end = this.stepAt(span.to);
    const values = this.valuesOf(span);
    for (let i = first; i < end; i++) values[i] = (values[i] ?? 0) + span.weight;
  }

  /** Index of the step that this instant is in, -1 before the first. */
  lastAtOrBefore(at: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.times[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private valuesOf({ mode, what }: Span): Float64Array {
    if (what === "held") return mode === "R" ? this.readHolds : this.writeHolds;
    return mode === "R" ? this.readWaits : this.writeWaits;
  }

  /** Index of the step that begins here; where there is none, one is made. */
  private stepAt(at: number): number {
    const before = this.lastAtOrBefore(at);
    if (before >= 0 && this.times[before] === at) return before;
    const all = [this.times, this.readHolds, this.writeHolds, this.readWaits, this.writeWaits];
    const roomy = this.count < this.times.length ? all : all.map((values) => doubled(values));
    for (const values of roomy) {
      values.copyWithin(before + 2, before + 1, this.count);
      values[before + 1] = before < 0 ? 0 : (values[before] ?? 0);
    }
    const [times, readHolds, writeHolds, readWaits, writeWaits] = roomy as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    times[before + 1] = at;
    Object.assign(this, { times, readHolds, writeHolds, readWaits, writeWaits });
    this.count++;
    return before + 1;
  }

  private sweep(spans: readonly Span[]): void {
    const begins = spans.map((_, index) => index);
    const ends = [...begins];
    const from = Float64Array.from(spans, (span) => span.from);
    const to = Float64Array.from(spans, (span) => span.to);
    begins.sort((a, b) => (from[a] ?? 0) - (from[b] ?? 0));
    ends.sort((a, b) => (to[a] ?? 0) - (to[b] ?? 0));
    let [begun, ended] = [0, 0];
    while (ended < ends.length) {
      const begin = from[begins[begun] ?? -1] ?? Number.POSITIVE_INFINITY;
      const at = Math.min(begin, to[ends[ended] ?? -1] ?? Number.POSITIVE_INFINITY);
      const step = this.count++;
      this.times[step] = at;
      this.repeat(step);
      for (; begun < begins.length && from[begins[begun] ?? 0] === at; begun++)
        this.change(step, spans[begins[begun] ?? 0], 1);
      for (; ended < ends.length && to[ends[ended] ?? 0] === at; ended++)
        this.change(step, spans[ends[ended] ?? 0], -1);
    }
  }

  private repeat(step: number): void {
    if (step === 0) return;
    for (const values of [this.readHolds, this.writeHolds, this.readWaits, this.writeWaits]) {
      values[step] = values[step - 1] ?? 0;
    }
  }

  private change(step: number, span: Span | undefined, sign: number): void {
    if (span === undefined) return;
    const values = this.valuesOf(span);
    values[step] = (values[step] ?? 0) + sign * span.weight;
  }
}

function doubled(values: Float64Array): Float64Array {
  const larger = new Float64Array(Math.max(16, values.length * 2));
  larger.set(values);
  return larger;
}
