import { largestFirst } from "../../base/extremes.js";
import type { KnownSpans } from "./known-spans.js";
import { overlapMs, type Span } from "./lock-model.js";
import type { ObjectTimeline, Segment } from "./object-timeline.js";
import { type PlacedBatch, spansOf } from "./placement.js";

/**
 * Moves loosely placed lock sets, inside their bounds, to where they explain something. A wait needs a holder for all
 * of its length, so (1) a loose hold goes where it covers waiting that nothing else covers, and (2) a loose wait goes
 * where somebody holds. Tight placements never move. The slack stays what the bounds say: this is the likeliest
 * placement, not a certain one.
 */
export interface Settled {
  readonly batches: readonly PlacedBatch[];
  /** Party of a hold that was placed -> parties whose hold would have explained as much there. */
  readonly rivals: ReadonlyMap<number, readonly number[]>;
}

/** `known`: spans whose place is certain; what is settled is added to them. */
export function settle(loose: readonly PlacedBatch[], known: KnownSpans): Settled {
  if (loose.length === 0) return { batches: [], rivals: new Map() };
  const state: Settling = { known, open: new Set(loose), moved: new Map(), rivals: new Map() };
  for (const [object, candidates] of [...holdersByObject(loose)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (known.on(object).length > 0) placeHolds(object, candidates, state);
  }
  placeWaits(state);
  return { batches: loose.map((batch) => state.moved.get(batch) ?? batch), rivals: state.rivals };
}

interface Settling {
  readonly known: KnownSpans;
  readonly open: Set<PlacedBatch>;
  readonly moved: Map<PlacedBatch, PlacedBatch>;
  readonly rivals: Map<number, number[]>;
}

function holdersByObject(loose: readonly PlacedBatch[]): Map<string, PlacedBatch[]> {
  const byObject = new Map<string, PlacedBatch[]>();
  for (const batch of loose) {
    for (const object of new Set(batch.batch.pieces.filter((p) => p.heldMs > 0).map((p) => p.use.object))) {
      const list = byObject.get(object);
      if (list === undefined) byObject.set(object, [batch]);
      else list.push(batch);
    }
  }
  return byObject;
}

const LOOSE_MS = 1000;
/** Work per object stays bounded whatever the log holds. */
const MOST_CANDIDATES = 64;
const MOST_ALIGNMENTS = 16;
const WORTH_MOVING_MS = 500;
const CLEARLY_MORE = 0.1;
/** A hold that explains this much of what the best one does cannot be told from it. */
const RIVAL_SHARE = 0.9;

export function isLoose(batch: PlacedBatch): boolean {
  return (batch.latest - batch.earliest) / 2 > LOOSE_MS;
}

function placeHolds(object: string, holders: readonly PlacedBatch[], state: Settling): void {
  const { known, open, moved, rivals } = state;
  let candidates = longestHolds(
    holders.filter((batch) => open.has(batch)),
    object,
  );
  const timeline = known.timelineOf(object);
  while (candidates.length > 0) {
    const gaps = timeline.uncovered();
    const best = gaps.length === 0 ? null : bestHold(candidates, object, gaps);
    if (best === null) return;
    const settled = { ...best.batch, begin: best.begin };
    moved.set(best.batch, settled);
    if (best.rivals.length > 0) rivals.set(best.batch.party.index, best.rivals);
    open.delete(best.batch);
    candidates = candidates.filter((batch) => batch !== best.batch);
    for (const span of spansOf(settled)) known.add(span);
  }
}

function longestHolds(batches: readonly PlacedBatch[], object: string): PlacedBatch[] {
  const heldMs = Float64Array.from(batches, (batch) => heldOn(batch, object));
  return largestFirst(heldMs, MOST_CANDIDATES).map((i) => batches[i] as PlacedBatch);
}

interface Offer {
  readonly batch: PlacedBatch;
  readonly begin: number;
  readonly gain: number;
}

function bestHold(
  candidates: readonly PlacedBatch[],
  object: string,
  gaps: readonly Segment[],
): (Offer & { rivals: number[] }) | null {
  const runs = longestRuns(gaps);
  const offers = candidates.map((batch) => bestOffer(batch, object, gaps, runs)).sort((a, b) => b.gain - a.gain);
  const best = offers[0];
  if (best === undefined || best.gain <= WORTH_MOVING_MS) return null;
  const equals = offers.filter(
    ({ batch, gain }) => gain >= best.gain * RIVAL_SHARE && batch.party !== best.batch.party,
  );
  return { ...best, rivals: equals.map(({ batch }) => batch.party.index) };
}

function bestOffer(
  batch: PlacedBatch,
  object: string,
  gaps: readonly Segment[],
  runs: readonly { from: number; to: number }[],
): Offer {
  let best: Offer = { batch, begin: batch.begin, gain: 0 };
  for (const piece of batch.batch.pieces) {
    if (piece.use.object !== object || piece.heldMs === 0) continue;
    const heldAt = piece.offset + piece.waitMs;
    // Release first: waits end where the hold ends, so that alignment wins among equals.
    const starts = runs.flatMap((run) => [run.to - heldAt - piece.heldMs, run.from - heldAt]);
    // Most runs lie outside its bounds, so that many begins are one and the same.
    for (const begin of new Set([...starts, batch.begin].map((start) => within(batch, start)))) {
      const gain = coveredGap(gaps, piece.use.mode, begin + heldAt, begin + heldAt + piece.heldMs);
      if (gain > best.gain * 1.01) best = { batch, begin, gain };
    }
  }
  return best;
}

/** Waiting (ms times waiters) inside [from, to] that a hold of this mode would explain. */
function coveredGap(gaps: readonly Segment[], mode: "R" | "W", from: number, to: number): number {
  let gain = 0;
  for (let i = firstEndingAfter(gaps, from); i < gaps.length; i++) {
    const gap = gaps[i];
    if (gap === undefined || gap.from >= to) break;
    const waiters = gap.writers + (mode === "W" ? gap.readers : 0);
    gain += waiters * overlapMs(gap.from, gap.to, from, to);
  }
  return gain;
}

function firstEndingAfter(gaps: readonly Segment[], at: number): number {
  let low = 0;
  let high = gaps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((gaps[middle]?.to ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function longestRuns(gaps: readonly Segment[]): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const gap of gaps) {
    const last = runs[runs.length - 1];
    if (last !== undefined && gap.from - last.to < 200) last.to = gap.to;
    else runs.push({ from: gap.from, to: gap.to });
  }
  return runs.sort((a, b) => b.to - b.from - (a.to - a.from)).slice(0, MOST_ALIGNMENTS);
}

function placeWaits({ known, open, moved }: Settling): void {
  const holdsOf = new Map<string, HoldsToWaitFor>();
  for (const batch of open) {
    const piece = batch.batch.pieces.reduce((longest, one) => (one.waitMs > longest.waitMs ? one : longest));
    if (piece.waitMs < WORTH_MOVING_MS) continue;
    const { offset, waitMs, use } = piece;
    let holds = holdsOf.get(use.object);
    if (holds === undefined) {
      holds = holdsToWaitFor(use.object, known);
      holdsOf.set(use.object, holds);
    }
    const { timeline, begins, ends } = holds;
    const covered = (begin: number) => timeline.coveredMs(use.mode, begin + offset, begin + offset + waitMs);
    // A wait ends when somebody lets go: such places first, any other only if it explains clearly more.
    let best = { begin: batch.begin, covered: 0 };
    for (const end of ends) best = betterBegin(end - offset - waitMs, batch, covered, best, 1);
    const margin = waitMs * CLEARLY_MORE;
    best = betterBegin(batch.begin, batch, covered, best, margin);
    for (const begin of begins) best = betterBegin(begin - offset, batch, covered, best, margin);
    moved.set(batch, { ...batch, begin: best.begin });
  }
}

/** When the longest holds of an object begin and end, longest first. */
interface HoldsToWaitFor {
  readonly timeline: ObjectTimeline;
  readonly begins: Float64Array;
  readonly ends: Float64Array;
}

function holdsToWaitFor(object: string, known: KnownSpans): HoldsToWaitFor {
  const holds = known.on(object).filter((span) => span.what === "held");
  const lengths = Float64Array.from(holds, (hold) => hold.to - hold.from);
  const heavy = largestFirst(lengths, MOST_CANDIDATES).map((i) => holds[i] as Span);
  const begins = Float64Array.from(heavy, (hold) => hold.from);
  return { timeline: known.timelineOf(object), begins, ends: Float64Array.from(heavy, (hold) => hold.to) };
}

/** The wanted begin, if the batch can be near it and it explains more than the best one so far. */
function betterBegin(
  wanted: number,
  batch: PlacedBatch,
  coveredAt: (begin: number) => number,
  best: { begin: number; covered: number },
  margin: number,
): { begin: number; covered: number } {
  const begin = within(batch, wanted);
  if (Math.abs(begin - wanted) > LOOSE_MS) return best;
  const covered = coveredAt(begin);
  return covered > best.covered + margin ? { begin, covered } : best;
}

function heldOn(batch: PlacedBatch, object: string): number {
  let most = 0;
  for (const piece of batch.batch.pieces) if (piece.use.object === object) most = Math.max(most, piece.heldMs);
  return most;
}

function within(batch: PlacedBatch, begin: number): number {
  return Math.min(batch.latest, Math.max(batch.earliest, begin));
}
