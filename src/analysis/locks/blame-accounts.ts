import { NONE, type Shares } from "./object-state.js";

/** What each party's waits were charged to so far: its later holds hand that on. Slots stay in order of appearance. */
export class BlameAccounts {
  private readonly slots: number[][] = [];
  private readonly values: number[][] = [];
  private readonly waitedMs: Float64Array;
  /** Where a slot stands in the list at hand, and which list that was. */
  private readonly place: Int32Array;
  private readonly stamp: Int32Array;
  private stamps = 0;

  /** `dims`: slots of one kind; those of the aftermath come behind them. */
  constructor(
    parties: number,
    private readonly dims: number,
  ) {
    this.waitedMs = new Float64Array(parties);
    this.place = new Int32Array(2 * dims);
    this.stamp = new Int32Array(2 * dims);
  }

  clear(): void {
    this.slots.length = 0;
    this.values.length = 0;
    this.waitedMs.fill(0);
  }

  add(party: number, charge: Shares, waitMs: number): void {
    this.waitedMs[party] = (this.waitedMs[party] as number) + waitMs;
    let slots = this.slots[party];
    let values = this.values[party];
    if (slots === undefined || values === undefined) {
      // Most wait once.
      this.slots[party] = slots = [];
      this.values[party] = values = [];
    }
    this.begin(slots);
    for (let i = 0; i < charge.slots.length; i++) {
      this.addTo(slots, values, charge.slots[i] as number, charge.values[i] as number);
    }
  }

  /** Who waited once stands, for those behind it, for what it had waited for. */
  aftermath(party: number): Shares {
    const slots = this.slots[party];
    const values = this.values[party];
    if (slots === undefined || values === undefined) return NONE;
    const { dims } = this;
    const summed: number[] = [];
    const sums: number[] = [];
    let known = 0;
    this.begin(summed);
    for (let i = 0; i < slots.length; i++) {
      const ms = values[i] as number;
      known += ms;
      this.addTo(summed, sums, dims + ((slots[i] as number) % dims), ms);
    }
    const whole = normalized(known, this.waitedMs[party] as number);
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) / whole;
    return { slots: summed, values: sums };
  }

  private begin(slots: readonly number[]): void {
    const stamp = ++this.stamps;
    for (let i = 0; i < slots.length; i++) {
      this.stamp[slots[i] as number] = stamp;
      this.place[slots[i] as number] = i;
    }
  }

  private addTo(slots: number[], values: number[], slot: number, ms: number): void {
    if (this.stamp[slot] === this.stamps) {
      const place = this.place[slot] as number;
      values[place] = (values[place] as number) + ms;
      return;
    }
    this.stamp[slot] = this.stamps;
    this.place[slot] = slots.length;
    slots.push(slot);
    values.push(ms);
  }
}

/**
 * A waiter hands on its known causes, not the gaps that imprecise placement left between them: else a long queue would
 * fade into "unknown" link by link. What really has no holder was given an inferred one before (shadow.ts).
 */
export function normalized(knownMs: number, waitedMs: number): number {
  return Math.max(1, knownMs >= waitedMs * LEAST_KNOWN_SHARE ? knownMs : waitedMs);
}

const LEAST_KNOWN_SHARE = 0.1;
