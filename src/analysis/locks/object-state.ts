import type { Span } from "./lock-model.js";

/** Running integrals of "charge per ms" for a waiting writer (any holder) and a waiting reader (writing holders). */
export class ObjectState {
  private at = 0;
  private weightAll = 0;
  private weightWrite = 0;
  private waitingWriters = 0;
  private readonly all: Float64Array;
  private readonly write: Float64Array;
  private readonly forWriter: Float64Array;
  private readonly forReader: Float64Array;

  constructor(private readonly size: number) {
    this.all = new Float64Array(size);
    this.write = new Float64Array(size);
    this.forWriter = new Float64Array(size);
    this.forReader = new Float64Array(size);
  }

  advance(at: number): void {
    const elapsed = at - this.at;
    this.at = at;
    if (elapsed <= 0 || this.weightAll < 1e-9) return;
    const perAll = elapsed / Math.max(1, this.weightAll);
    const byWriters = this.weightWrite > 1e-9;
    const perWrite = elapsed / Math.max(1, this.weightWrite);
    for (let i = 0; i < this.size; i++) {
      const all = (this.all[i] ?? 0) * perAll;
      this.forWriter[i] = (this.forWriter[i] ?? 0) + all;
      // No writer holds, yet a reader waits: it stands behind the waiting writer of a fair queue.
      const read = byWriters ? (this.write[i] ?? 0) * perWrite : this.waitingWriters > 0 ? all : 0;
      this.forReader[i] = (this.forReader[i] ?? 0) + read;
    }
  }

  openWait(mode: "R" | "W"): Float64Array {
    if (mode === "W") this.waitingWriters++;
    return Float64Array.from(mode === "W" ? this.forWriter : this.forReader);
  }

  closeWait(mode: "R" | "W", begun: Float64Array | undefined): Float64Array {
    if (mode === "W") this.waitingWriters--;
    const sums = mode === "W" ? this.forWriter : this.forReader;
    return sums.map((value, i) => value - (begun?.[i] ?? 0));
  }

  addHold(span: Span, vector: Float64Array): Float64Array {
    this.change(span, vector, span.weight);
    return vector;
  }

  removeHold(span: Span, vector: Float64Array | undefined): void {
    if (vector !== undefined) this.change(span, vector, -span.weight);
  }

  private change(span: Span, vector: Float64Array, weight: number): void {
    this.weightAll += weight;
    if (span.mode === "W") this.weightWrite += weight;
    for (let i = 0; i < this.size; i++) {
      const part = (vector[i] ?? 0) * weight;
      this.all[i] = (this.all[i] ?? 0) + part;
      if (span.mode === "W") this.write[i] = (this.write[i] ?? 0) + part;
    }
  }
}
