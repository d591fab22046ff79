import { BlameAccounts, normalized } from "./blame-accounts.js";
import { BlameEvents, HELD_BEGIN, Numbering, WAIT_BEGIN, WAIT_END } from "./blame-events.js";
import { type Part, splitHolds } from "./hold-parts.js";
import type { CanBeRoot, Span } from "./lock-model.js";
import { NONE, ObjectState, type Shares } from "./object-state.js";

/** The sweep behind traceBlame; each run refines what carriers hand on by what the run before found. */
export class BlameSweep {
  readonly live: Float64Array[];
  readonly traced: Float64Array[];
  readonly minor: number[];
  private readonly dims: number;
  private readonly slotOf = new Map<number, number>();
  private readonly parts: Part[];
  private readonly events: BlameEvents;
  private readonly accounts: BlameAccounts;
  private readonly states: readonly ObjectState[];
  private readonly stateOfWait: Int32Array;
  private readonly stateOfPart: Int32Array;
  private readonly partyOfWait: Int32Array;
  private readonly partyOfPart: Int32Array;
  /** What a part stands for that may be a root; the same in every run. */
  private readonly ownShares: readonly (Shares | null)[];
  /** Of the waits and holds that are open: what they began with. */
  private readonly begun: (readonly number[])[] = [];
  private readonly active: Shares[] = [];
  private movedMs = 0;
  private readonly scratch: Float64Array;

  constructor(
    suspects: readonly number[],
    private readonly waits: readonly Span[],
    holds: readonly Span[],
    canBeRoot: CanBeRoot,
  ) {
    // One more slot for all holders that may be roots but matter too little to be followed.
    this.dims = suspects.length + 1;
    this.scratch = new Float64Array(2 * this.dims);
    suspects.forEach((party, slot) => {
      this.slotOf.set(party, slot);
    });
    this.live = vectors(waits.length, suspects.length);
    this.traced = vectors(waits.length, suspects.length);
    this.minor = waits.map(() => 0);
    this.parts = splitHolds(waits, holds);
    this.events = new BlameEvents(waits, this.parts);
    const objects = new Numbering<string>();
    const parties = new Numbering<number>();
    this.stateOfWait = Int32Array.from(waits, ({ object }) => objects.of(object));
    this.stateOfPart = Int32Array.from(this.parts, ({ span }) => objects.of(span.object));
    this.partyOfWait = Int32Array.from(waits, ({ party }) => parties.of(party));
    this.partyOfPart = Int32Array.from(this.parts, ({ span }) => parties.of(span.party));
    this.states = Array.from({ length: objects.count }, () => new ObjectState());
    this.accounts = new BlameAccounts(parties.count, this.dims);
    this.ownShares = this.parts.map(({ span, wait }) => {
      if (wait >= 0 || !canBeRoot(span.party, span.object)) return null;
      return { slots: [this.slotOf.get(span.party) ?? this.dims - 1], values: [1] };
    });
  }

  /** One pass. Returns by how many ms it changed what was found before; 0 without carriers. */
  run(): number {
    this.movedMs = 0;
    for (const state of this.states) state.clear();
    this.accounts.clear();
    const { events } = this;
    for (let event = 0; event < events.count; event++) {
      const kind = events.kindOf(event);
      const index = events.indexOf(event);
      const isWait = kind === WAIT_END || kind === WAIT_BEGIN;
      const state = this.states[(isWait ? this.stateOfWait : this.stateOfPart)[index] as number];
      if (state === undefined) continue;
      state.advance(events.at[event] as number);
      if (isWait) this.passWait(index, kind, state);
      else this.passHold(index, kind, state);
    }
    return this.parts.some((part) => part.wait >= 0) ? this.movedMs : 0;
  }

  private passWait(index: number, kind: number, state: ObjectState): void {
    const wait = this.waits[index] as Span;
    if (kind === WAIT_BEGIN) this.begun[index] = state.openWait(wait.mode);
    else {
      this.closeWait(index, wait, state.closeWait(wait.mode, this.begun[index] ?? []));
      this.begun[index] = [];
    }
  }

  private passHold(index: number, kind: number, state: ObjectState): void {
    const { span } = this.parts[index] as Part;
    if (kind === HELD_BEGIN) {
      const shares = this.sharesOf(index);
      state.addHold(span, shares);
      this.active[index] = shares;
    } else {
      state.removeHold(span, this.active[index] ?? NONE);
      this.active[index] = NONE;
    }
  }

  /** Stores what a wait was charged to and adds it to its party's account, from which its later holds are paid. */
  private closeWait(index: number, wait: Span, charge: Shares): void {
    const { dims, scratch } = this;
    const live = this.live[index] as Float64Array;
    const traced = this.traced[index] as Float64Array;
    scratch.fill(0);
    for (let i = 0; i < charge.slots.length; i++) scratch[charge.slots[i] as number] = charge.values[i] as number;
    this.accounts.add(this.partyOfWait[index] as number, charge, wait.to - wait.from);
    for (let slot = 0; slot < dims - 1; slot++) {
      const now = scratch[slot] as number;
      const total = now + (scratch[dims + slot] as number);
      this.movedMs += Math.abs(total - (traced[slot] as number));
      live[slot] = now;
      traced[slot] = total;
    }
    this.minor[index] = (scratch[dims - 1] as number) + (scratch[2 * dims - 1] as number);
  }

  /** Whom a waiter is charged to for each ms it stands behind this part of a hold: live slots, then those of the aftermath. */
  private sharesOf(index: number): Shares {
    const part = this.parts[index] as Part;
    if (part.wait >= 0) return this.fromWait(part.wait);
    return this.ownShares[index] ?? this.accounts.aftermath(this.partyOfPart[index] as number);
  }

  /** The holder waits right now: its waiters wait for what it waits for, as known from the previous pass. */
  private fromWait(wait: number): Shares {
    const { dims } = this;
    const span = this.waits[wait] as Span;
    const live = this.live[wait] as Float64Array;
    const traced = this.traced[wait] as Float64Array;
    const minor = this.minor[wait] ?? 0;
    let known = 0;
    for (let slot = 0; slot < traced.length; slot++) known += traced[slot] as number;
    const whole = normalized(known + minor, span.to - span.from);
    const slots: number[] = [];
    const values: number[] = [];
    const add = (slot: number, ms: number) => {
      if (ms === 0) return;
      slots.push(slot);
      values.push(ms / whole);
    };
    for (let slot = 0; slot < traced.length; slot++) {
      const all = traced[slot] as number;
      const now = live[slot] as number;
      if (all === 0 && now === 0) continue;
      add(slot, now);
      add(dims + slot, all - now);
    }
    add(dims - 1, minor);
    return { slots, values };
  }
}

/** In one piece of memory: tens of thousands of small ones keep the collector busy. */
function vectors(count: number, size: number): Float64Array[] {
  const all = new Float64Array(count * size);
  return Array.from({ length: count }, (_, i) => all.subarray(i * size, (i + 1) * size));
}
