import { type Part, splitHolds } from "./hold-parts.js";
import type { CanBeRoot, Span } from "./lock-model.js";
import { ObjectState } from "./object-state.js";

const HELD_END = 0;
const WAIT_END = 1;
const HELD_BEGIN = 2;
const WAIT_BEGIN = 3;

interface Event {
  readonly at: number;
  readonly kind: number;
  readonly index: number;
}

/** The sweep behind traceBlame; each run refines what carriers hand on by what the run before found. */
export class BlameSweep {
  readonly live: Float64Array[];
  readonly traced: Float64Array[];
  readonly minor: number[];
  private readonly dims: number;
  private readonly slotOf = new Map<number, number>();
  private readonly parts: Part[];
  private readonly events: Event[];
  private readonly ownWaitMs = new Map<number, number>();
  private movedMs = 0;

  constructor(
    suspects: readonly number[],
    private readonly waits: readonly Span[],
    holds: readonly Span[],
    private readonly canBeRoot: CanBeRoot,
  ) {
    // One more slot for all holders that may be roots but matter too little to be followed.
    this.dims = suspects.length + 1;
    suspects.forEach((party, slot) => {
      this.slotOf.set(party, slot);
    });
    this.live = waits.map(() => new Float64Array(suspects.length));
    this.traced = waits.map(() => new Float64Array(suspects.length));
    this.minor = waits.map(() => 0);
    this.parts = splitHolds(waits, holds);
    this.events = orderEvents(waits, this.parts);
  }

  /** One pass. Returns by how many ms it changed what was found before; 0 without carriers. */
  run(): number {
    this.movedMs = 0;
    const states = new Map<string, ObjectState>();
    const charged = new Map<number, Float64Array>();
    this.ownWaitMs.clear();
    const begun: (Float64Array | undefined)[] = [];
    const active: (Float64Array | undefined)[] = [];
    for (const { at, kind, index } of this.events) {
      const isWait = kind === WAIT_END || kind === WAIT_BEGIN;
      const span = isWait ? this.waits[index] : this.parts[index]?.span;
      if (span === undefined) continue;
      let state = states.get(span.object);
      if (state === undefined) {
        state = new ObjectState(2 * this.dims);
        states.set(span.object, state);
      }
      state.advance(at);
      if (kind === WAIT_BEGIN) begun[index] = state.openWait(span.mode);
      else if (kind === WAIT_END) this.closeWait(index, span, state.closeWait(span.mode, begun[index]), charged);
      else if (kind === HELD_BEGIN) active[index] = state.addHold(span, this.vectorOf(index, charged));
      else state.removeHold(span, active[index]);
    }
    return this.parts.some((part) => part.wait >= 0) ? this.movedMs : 0;
  }

  /** Stores what a wait was charged to and adds it to its party's account, from which its later holds are paid. */
  private closeWait(index: number, wait: Span, charge: Float64Array, charged: Map<number, Float64Array>): void {
    const { dims } = this;
    const live = this.live[index];
    const traced = this.traced[index];
    if (live === undefined || traced === undefined) return;
    for (let slot = 0; slot < dims - 1; slot++) {
      const total = (charge[slot] ?? 0) + (charge[dims + slot] ?? 0);
      this.movedMs += Math.abs(total - (traced[slot] ?? 0));
      live[slot] = charge[slot] ?? 0;
      traced[slot] = total;
    }
    this.minor[index] = (charge[dims - 1] ?? 0) + (charge[2 * dims - 1] ?? 0);
    const account = charged.get(wait.party) ?? new Float64Array(2 * dims);
    for (let i = 0; i < 2 * dims; i++) account[i] = (account[i] ?? 0) + (charge[i] ?? 0);
    charged.set(wait.party, account);
    this.ownWaitMs.set(wait.party, (this.ownWaitMs.get(wait.party) ?? 0) + (wait.to - wait.from));
  }

  /** Whom a waiter is charged to for each ms it stands behind this part of a hold: [live..., aftermath...]. */
  private vectorOf(index: number, charged: Map<number, Float64Array>): Float64Array {
    const { dims } = this;
    const vector = new Float64Array(2 * dims);
    const part = this.parts[index];
    if (part === undefined) return vector;
    const { party, object } = part.span;
    if (part.wait >= 0) this.fromWait(part.wait, vector);
    else if (this.canBeRoot(party, object)) vector[this.slotOf.get(party) ?? dims - 1] = 1;
    else {
      const account = charged.get(party);
      if (account === undefined) return vector;
      const whole = normalizer(account, this.ownWaitMs.get(party) ?? 0);
      for (let i = 0; i < dims; i++) vector[dims + i] = ((account[i] ?? 0) + (account[dims + i] ?? 0)) / whole;
    }
    return vector;
  }

  /** The holder waits right now: its waiters wait for what it waits for, as known from the previous pass. */
  private fromWait(wait: number, vector: Float64Array): void {
    const span = this.waits[wait];
    const live = this.live[wait];
    const traced = this.traced[wait];
    if (span === undefined || live === undefined || traced === undefined) return;
    const whole = normalizer([...traced, this.minor[wait] ?? 0], span.to - span.from);
    for (let slot = 0; slot < this.dims - 1; slot++) {
      vector[slot] = (live[slot] ?? 0) / whole;
      vector[this.dims + slot] = ((traced[slot] ?? 0) - (live[slot] ?? 0)) / whole;
    }
    vector[this.dims - 1] = (this.minor[wait] ?? 0) / whole;
  }
}

/**
 * A waiter hands on its known causes, not the gaps that imprecise placement left between them: else a long queue would
 * fade into "unknown" link by link. What really has no holder was given an inferred one before (shadow.ts).
 */
function normalizer(charges: ArrayLike<number>, waitedMs: number): number {
  let known = 0;
  for (let i = 0; i < charges.length; i++) known += charges[i] ?? 0;
  return Math.max(1, known >= waitedMs * LEAST_KNOWN_SHARE ? known : waitedMs);
}

const LEAST_KNOWN_SHARE = 0.1;

/** At one instant: releases, then ends of waits, then new holds, then new waits. */
function orderEvents(waits: readonly Span[], parts: readonly Part[]): Event[] {
  const events: Event[] = [];
  waits.forEach((wait, index) => {
    events.push({ at: wait.from, kind: WAIT_BEGIN, index }, { at: wait.to, kind: WAIT_END, index });
  });
  parts.forEach((part, index) => {
    if (part.to <= part.from) return;
    events.push({ at: part.from, kind: HELD_BEGIN, index }, { at: part.to, kind: HELD_END, index });
  });
  return events.sort((a, b) => a.at - b.at || a.kind - b.kind);
}
