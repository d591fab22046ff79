import type { Span } from "./lock-model.js";

/** What a span adds to the steps. */
export type Stretch = Pick<Span, "mode" | "what" | "from" | "to" | "weight">;

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

  constructor(spans: readonly Stretch[]) {
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

  add(span: Stretch): void {
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

  private valuesOf({ mode, what }: Stretch): Float64Array {
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

  private sweep(spans: readonly Stretch[]): void {
    const { times } = this;
    spans.forEach((span, i) => {
      times[2 * i] = span.from;
      times[2 * i + 1] = span.to;
    });
    times.sort();
    for (const at of times) if (this.count === 0 || times[this.count - 1] !== at) times[this.count++] = at;
    const begins = this.byStep(spans, "from");
    const ends = this.byStep(spans, "to");
    let [begun, ended] = [0, 0];
    for (let step = 0; step < this.count; step++) {
      this.repeat(step);
      for (; begun < (begins.upTo[step] as number); begun++) this.change(step, spans[begins.order[begun] as number], 1);
      for (; ended < (ends.upTo[step] as number); ended++) this.change(step, spans[ends.order[ended] as number], -1);
    }
  }

  /** Spans by the step that begins at this instant of theirs; `upTo` is where those of each step end in `order`. */
  private byStep(spans: readonly Stretch[], instant: "from" | "to") {
    const steps = new Uint32Array(spans.length);
    const upTo = new Uint32Array(this.count + 1);
    for (let i = 0; i < spans.length; i++) {
      const step = this.lastAtOrBefore((spans[i] as Stretch)[instant]);
      steps[i] = step;
      (upTo[step + 1] as number)++;
    }
    for (let step = 1; step < this.count; step++) (upTo[step] as number) += upTo[step - 1] as number;
    const order = new Uint32Array(spans.length);
    // Filling moves the begin of each step to its end.
    for (let i = 0; i < spans.length; i++) order[(upTo[steps[i] as number] as number)++] = i;
    return { order, upTo };
  }

  private repeat(step: number): void {
    if (step === 0) return;
    for (const values of [this.readHolds, this.writeHolds, this.readWaits, this.writeWaits]) {
      values[step] = values[step - 1] ?? 0;
    }
  }

  private change(step: number, span: Stretch | undefined, sign: number): void {
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
