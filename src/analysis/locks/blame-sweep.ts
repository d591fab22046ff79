import { type Part, splitHolds } from "./hold-parts.js";
import type { CanBeRoot, Span } from "./lock-model.js";
import { ObjectState, type Shares } from "./object-state.js";

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
  private readonly scratch: Float64Array;

  constructor(
    suspects: readonly number[],
    private readonly waits: readonly Span[],
    holds: readonly Span[],
    private readonly canBeRoot: CanBeRoot,
  ) {
    // One more slot for all holders that may be roots but matter too little to be followed.
    this.dims = suspects.length + 1;
    this.scratch = new Float64Array(2 * this.dims);
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
    const charged = new Map<number, Map<number, number>>();
    this.ownWaitMs.clear();
    const begun = new Map<number, readonly number[]>();
    const active = new Map<number, Shares>();
    for (const { at, kind, index } of this.events) {
      const isWait = kind === WAIT_END || kind === WAIT_BEGIN;
      const span = isWait ? this.waits[index] : this.parts[index]?.span;
      if (span === undefined) continue;
      let state = states.get(span.object);
      if (state === undefined) {
        state = new ObjectState();
        states.set(span.object, state);
      }
      state.advance(at);
      if (kind === WAIT_BEGIN) begun.set(index, state.openWait(span.mode));
      else if (kind === WAIT_END) {
        this.closeWait(index, span, state.closeWait(span.mode, begun.get(index) ?? []), charged);
        begun.delete(index);
      } else if (kind === HELD_BEGIN) {
        const shares = this.sharesOf(index, charged);
        state.addHold(span, shares);
        active.set(index, shares);
      } else {
        state.removeHold(span, active.get(index) ?? NONE);
        active.delete(index);
      }
    }
    return this.parts.some((part) => part.wait >= 0) ? this.movedMs : 0;
  }

  /** Stores what a wait was charged to and adds it to its party's account, from which its later holds are paid. */
  private closeWait(index: number, wait: Span, charge: Shares, charged: Map<number, Map<number, number>>): void {
    const { dims, scratch } = this;
    const live = this.live[index];
    const traced = this.traced[index];
    if (live === undefined || traced === undefined) return;
    const account = charged.get(wait.party) ?? new Map<number, number>();
    charged.set(wait.party, account);
    scratch.fill(0);
    charge.slots.forEach((slot, i) => {
      const ms = charge.values[i] ?? 0;
      scratch[slot] = ms;
      account.set(slot, (account.get(slot) ?? 0) + ms);
    });
    for (let slot = 0; slot < dims - 1; slot++) {
      const total = (scratch[slot] ?? 0) + (scratch[dims + slot] ?? 0);
      this.movedMs += Math.abs(total - (traced[slot] ?? 0));
      live[slot] = scratch[slot] ?? 0;
      traced[slot] = total;
    }
    this.minor[index] = (scratch[dims - 1] ?? 0) + (scratch[2 * dims - 1] ?? 0);
    this.ownWaitMs.set(wait.party, (this.ownWaitMs.get(wait.party) ?? 0) + (wait.to - wait.from));
  }

  /** Whom a waiter is charged to for each ms it stands behind this part of a hold: live slots, then those of the aftermath. */
  private sharesOf(index: number, charged: ReadonlyMap<number, ReadonlyMap<number, number>>): Shares {
    const { dims } = this;
    const part = this.parts[index];
    if (part === undefined) return NONE;
    const { party, object } = part.span;
    if (part.wait >= 0) return this.fromWait(part.wait);
    if (this.canBeRoot(party, object)) return { slots: [this.slotOf.get(party) ?? dims - 1], values: [1] };
    const account = charged.get(party);
    if (account === undefined) return NONE;
    const sums = new Map<number, number>();
    for (const [slot, ms] of account) sums.set(dims + (slot % dims), (sums.get(dims + (slot % dims)) ?? 0) + ms);
    const whole = normalizer(account.values(), this.ownWaitMs.get(party) ?? 0);
    return { slots: [...sums.keys()], values: [...sums.values()].map((ms) => ms / whole) };
  }

  /** The holder waits right now: its waiters wait for what it waits for, as known from the previous pass. */
  private fromWait(wait: number): Shares {
    const span = this.waits[wait];
    const live = this.live[wait];
    const traced = this.traced[wait];
    if (span === undefined || live === undefined || traced === undefined) return NONE;
    const minor = this.minor[wait] ?? 0;
    const whole = normalizer([...traced, minor], span.to - span.from);
    const slots: number[] = [];
    const values: number[] = [];
    const add = (slot: number, ms: number) => {
      if (ms === 0) return;
      slots.push(slot);
      values.push(ms / whole);
    };
    traced.forEach((ms, slot) => {
      add(slot, live[slot] ?? 0);
      add(this.dims + slot, ms - (live[slot] ?? 0));
    });
    add(this.dims - 1, minor);
    return { slots, values };
  }
}

const NONE: Shares = { slots: [], values: [] };

/**
 * A waiter hands on its known causes, not the gaps that imprecise placement left between them: else a long queue would
 * fade into "unknown" link by link. What really has no holder was given an inferred one before (shadow.ts).
 */
function normalizer(charges: Iterable<number>, waitedMs: number): number {
  let known = 0;
  for (const ms of charges) known += ms;
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
