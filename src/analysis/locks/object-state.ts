import type { Span } from "./lock-model.js";

/** Shares by slot. Most holders stand for themselves alone, so only the slots that matter are named. */
export interface Shares {
  readonly slots: readonly number[];
  readonly values: readonly number[];
}

export const NONE: Shares = { slots: [], values: [] };

/**
 * Running integrals of "charge per ms" for a waiting writer (any holder) and a waiting reader (writing holders) of one
 * object. Only slots that ever held it are kept, in order of appearance: `places` says where.
 */
export class ObjectState {
  private at = 0;
  private weightAll = 0;
  private weightWrite = 0;
  private waitingWriters = 0;
  private slots: number[] = [];
  private readonly places = new Map<number, number>();
  private readonly all: number[] = [];
  private readonly write: number[] = [];
  private readonly forWriter: number[] = [];
  private readonly forReader: number[] = [];

  /** As new. What it handed out stays as it is. */
  clear(): void {
    this.at = 0;
    this.weightAll = 0;
    this.weightWrite = 0;
    this.waitingWriters = 0;
    this.slots = [];
    this.places.clear();
    for (const values of [this.all, this.write, this.forWriter, this.forReader]) values.length = 0;
  }

  advance(at: number): void {
    const elapsed = at - this.at;
    this.at = at;
    if (elapsed <= 0 || this.weightAll < 1e-9) return;
    const { all, write, forWriter, forReader } = this;
    const perAll = elapsed / Math.max(1, this.weightAll);
    const byWriters = this.weightWrite > 1e-9;
    const perWrite = elapsed / Math.max(1, this.weightWrite);
    const behindWriters = this.waitingWriters > 0;
    for (let i = 0; i < all.length; i++) {
      const part = (all[i] ?? 0) * perAll;
      forWriter[i] = (forWriter[i] ?? 0) + part;
      // No writer holds, yet a reader waits: it stands behind the waiting writer of a fair queue.
      if (byWriters) forReader[i] = (forReader[i] ?? 0) + (write[i] ?? 0) * perWrite;
      else if (behindWriters) forReader[i] = (forReader[i] ?? 0) + part;
    }
  }

  /** What to hand back when the wait ends. */
  openWait(mode: "R" | "W"): readonly number[] {
    if (mode === "W") this.waitingWriters++;
    return (mode === "W" ? this.forWriter : this.forReader).slice();
  }

  /** What the wait is charged to. */
  closeWait(mode: "R" | "W", begun: readonly number[]): Shares {
    if (mode === "W") this.waitingWriters--;
    const sums = mode === "W" ? this.forWriter : this.forReader;
    const values: number[] = [];
    for (let i = 0; i < sums.length; i++) values.push((sums[i] as number) - (begun[i] ?? 0));
    return { slots: this.slots, values };
  }

  addHold(span: Span, shares: Shares): void {
    this.change(span, shares, span.weight);
  }

  removeHold(span: Span, shares: Shares): void {
    this.change(span, shares, -span.weight);
  }

  private change(span: Span, { slots, values }: Shares, weight: number): void {
    this.weightAll += weight;
    if (span.mode === "W") this.weightWrite += weight;
    for (let i = 0; i < slots.length; i++) {
      const part = (values[i] as number) * weight;
      const place = this.placeOf(slots[i] as number);
      this.all[place] = (this.all[place] as number) + part;
      if (span.mode === "W") this.write[place] = (this.write[place] as number) + part;
    }
  }

  private placeOf(slot: number): number {
    const known = this.places.get(slot);
    if (known !== undefined) return known;
    const place = this.slots.length;
    this.places.set(slot, place);
    this.slots.push(slot);
    for (const values of [this.all, this.write, this.forWriter, this.forReader]) values.push(0);
    return place;
  }
}
