import type { Span } from "./lock-model.js";
import { spansByObject } from "./object-timeline.js";

/** Ms of others' waiting under one party's holds, and the object where most of it happened. */
export interface DirectBlocking {
  readonly totalMs: number;
  readonly object: string;
}

/**
 * First estimate, without carriers: waiting is shared among the holders of the moment. Picks who is worth following by
 * name. One sweep per contended object.
 */
export function directBlocking(waits: readonly Span[], holds: readonly Span[]): Map<number, DirectBlocking> {
  const direct = new Map<number, { totalMs: number; object: string; most: number }>();
  const holdsOn = spansByObject(holds);
  for (const [object, waited] of spansByObject(waits)) {
    for (const [party, ms] of sweepObject([...waited, ...(holdsOn.get(object) ?? [])])) {
      const known = direct.get(party) ?? { totalMs: 0, object, most: 0 };
      direct.set(party, known);
      known.totalMs += ms;
      if (ms <= known.most) continue;
      known.most = ms;
      known.object = object;
    }
  }
  return direct;
}

interface SweepState {
  readWaits: number;
  writeWaits: number;
  holders: number;
  /** Running integrals of blocked ms per holder, for a reading and a writing holder. */
  onRead: number;
  onWrite: number;
  at: number;
}

function sweepObject(spans: readonly Span[]): Map<number, number> {
  const events = spans.flatMap((span) => [
    { at: span.from, begins: true, span },
    { at: span.to, begins: false, span },
  ]);
  events.sort((a, b) => a.at - b.at || Number(a.begins) - Number(b.begins));
  const state: SweepState = { readWaits: 0, writeWaits: 0, holders: 0, onRead: 0, onWrite: 0, at: 0 };
  const begun = new Map<Span, number>();
  const gained = new Map<number, number>();
  for (const { at, begins, span } of events) {
    advance(state, at);
    const sign = begins ? 1 : -1;
    if (span.what === "wait") state[span.mode === "R" ? "readWaits" : "writeWaits"] += sign;
    else {
      state.holders += sign * span.weight;
      const total = span.mode === "R" ? state.onRead : state.onWrite;
      if (begins) begun.set(span, total);
      else gained.set(span.party, (gained.get(span.party) ?? 0) + (total - (begun.get(span) ?? total)) * span.weight);
    }
  }
  return gained;
}

/** A reading holder blocks writers, and in a fair queue the readers behind a waiting writer. */
function advance(state: SweepState, at: number): void {
  const share = (at - state.at) / Math.max(1, state.holders);
  state.onRead += (state.writeWaits > 0 ? state.writeWaits + state.readWaits : 0) * share;
  state.onWrite += (state.writeWaits + state.readWaits) * share;
  state.at = at;
}
