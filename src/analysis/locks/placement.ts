import type { LockUse } from "../../contracts/lock-facts.js";
import { type Batch, type CommandLocks, findBatches } from "./batches.js";
import type { Party, Span } from "./lock-model.js";
import type { LockSettings } from "./lock-settings.js";
import { cutStepMs } from "./true-times.js";

/** A batch on the time axis: it began somewhere in [earliest, latest], best guess `begin`. */
export interface PlacedBatch {
  readonly party: Party;
  readonly batch: Batch;
  readonly earliest: number;
  readonly latest: number;
  readonly begin: number;
  /** Seen in a capture inside these bounds. */
  readonly anchored: boolean;
}

/** A lock seen by a capture while this command had it or waited for it. */
export interface Anchor {
  readonly object: string;
  readonly waiting: boolean;
  readonly atMs: number;
}

export interface Placement {
  readonly placed: readonly PlacedBatch[];
  readonly smears: readonly Span[];
}

/**
 * Lays the lock sets of one logged command between its true start and its true end. Objects nobody ever waited for
 * (not in `waitedFor`) say nothing and are left out, which keeps memory with the contention instead of the log.
 */
export function placeCommand(
  party: Party,
  anchors: readonly Anchor[],
  waitedFor: ReadonlySet<string>,
  settings: LockSettings,
): Placement {
  const { command } = party;
  if (command === null) return { placed: [], smears: [] };
  const locks = findBatches(command.uses, settings);
  const head = headOf(party, locks);
  const layout = softLayout(party, locks, head);
  const placed = locks.batches.flatMap((batch, index) => {
    const pieces = batch.pieces.filter((piece) => waitedFor.has(piece.use.object));
    if (pieces.length === 0) return [];
    const soft = layout[index] ?? party.times.startLo;
    const placed = bound(party, { ...batch, pieces }, soft, head.offsets.get(batch) ?? null, head.waitMs);
    return [anchor(placed, anchors)];
  });
  return { placed, smears: smearSpans(party, locks).filter((span) => waitedFor.has(span.object)) };
}

/** Server locks whose place at the begin of the command is certain, and how long they kept it from anything else. */
interface Head {
  /** Begin of the batch, ms after the command's start. */
  readonly offsets: ReadonlyMap<Batch, number>;
  readonly waitMs: number;
}

const NO_HEAD: Head = { offsets: new Map(), waitMs: 0 };
const HEAD_TOLERANCE_MS = 200;
const HEAD_TOLERANCE_SHARE = 0.01;

/**
 * A server lock whose wait and hold fill the command was asked for at its start and kept to its end, as clients/ locks
 * are; the next such lock fills what the first one's wait left. All other waits come after theirs.
 */
function headOf(party: Party, locks: CommandLocks): Head {
  const server = locks.batches.filter((batch) => batch.serverLock);
  if (server.length === 0) return NO_HEAD;
  const lapse = lapseOf(party);
  const offsets = new Map<Batch, number>();
  let waitMs = 0;
  const heldOf = (batch: Batch) => batch.pieces[0]?.heldMs ?? 0;
  for (const batch of server.sort((a, b) => heldOf(b) - heldOf(a))) {
    const rest = lapse - waitMs;
    if (batch.extentMs < rest - Math.max(HEAD_TOLERANCE_MS, rest * HEAD_TOLERANCE_SHARE)) break;
    offsets.set(batch, waitMs);
    waitMs += batch.pieces[0]?.waitMs ?? 0;
  }
  return { offsets, waitMs };
}

function lapseOf(party: Party): number {
  const { startLo, startHi, endLo, endHi } = party.times;
  return (endLo + endHi - startLo - startHi) / 2;
}

/** The most plausible order: server locks first, then lock sets in lock order, slack before them halved. */
function softLayout(party: Party, locks: CommandLocks, head: Head): number[] {
  const { startLo, startHi } = party.times;
  const lapse = lapseOf(party);
  const begin = (startLo + startHi) / 2;
  let serverWait = 0;
  let tables = 0;
  for (const { serverLock, pieces, extentMs } of locks.batches) {
    if (serverLock) serverWait += pieces[0]?.waitMs ?? 0;
    else tables += extentMs;
  }
  const room = Math.max(0, lapse - serverWait - tables);
  let serverCursor = begin + head.waitMs;
  let tableCursor = begin + serverWait + room / 2;
  return locks.batches.map((batch) => {
    const certain = head.offsets.get(batch);
    if (certain !== undefined) return begin + certain;
    if (batch.serverLock) {
      const slack = Math.max(0, lapse - serverWait - batch.extentMs + (batch.pieces[0]?.waitMs ?? 0));
      const at = serverCursor + Math.min(room, slack) / 2;
      serverCursor += batch.pieces[0]?.waitMs ?? 0;
      return at;
    }
    const at = tableCursor;
    tableCursor += batch.extentMs;
    return at;
  });
}

/** Hard bounds: inside the command, after its head, and for read locks before its last compute end (locking model 3.1). */
function bound(party: Party, batch: Batch, soft: number, offset: number | null, headWaitMs: number): PlacedBatch {
  const { startLo, startHi, endHi } = party.times;
  if (offset !== null) {
    const [earliest, latest] = [startLo + offset, Math.max(startHi, endHi - batch.extentMs - offset) + offset];
    return { party, batch, earliest, latest, begin: clamp(soft, earliest, latest), anchored: false };
  }
  const earliest = Math.max(startLo, Math.min(startLo + headWaitMs, endHi - batch.extentMs));
  let latest = Math.max(startHi, earliest, endHi - batch.extentMs);
  const computeMs = party.command?.computeMs ?? null;
  let begin = soft;
  if (computeMs !== null && !batch.serverLock && batch.pieces.every((piece) => piece.use.mode === "R")) {
    const computed = startHi + computeMs + cutStepMs(computeMs) - batch.extentMs;
    if (computed >= earliest && computed < latest) {
      latest = computed;
      begin = (earliest + computed) / 2;
    }
  }
  return { party, batch, earliest, latest, begin: clamp(begin, earliest, latest), anchored: false };
}

/** A capture at t of a wait or hold leaves only the placements in which that wait or hold contains t. */
function anchor(placed: PlacedBatch, anchors: readonly Anchor[]): PlacedBatch {
  let { earliest, latest, anchored } = placed;
  for (const piece of placed.batch.pieces) {
    for (const seen of anchors) {
      if (seen.object !== piece.use.object) continue;
      const from = piece.offset + (seen.waiting ? 0 : piece.waitMs);
      const to = piece.offset + piece.waitMs + (seen.waiting ? 0 : piece.heldMs);
      const lo = Math.max(earliest, seen.atMs - to);
      const hi = Math.min(latest, seen.atMs - from);
      if (lo > hi) continue;
      earliest = lo;
      latest = hi;
      anchored = true;
    }
  }
  return { ...placed, earliest, latest, anchored, begin: clamp(placed.begin, earliest, latest) };
}

function smearSpans(party: Party, locks: CommandLocks): Span[] {
  const from = (party.times.startLo + party.times.startHi) / 2;
  const to = (party.times.endLo + party.times.endHi) / 2;
  return locks.smears.map((smear) => {
    const weight = Math.min(1, smear.heldMs / Math.max(1, to - from));
    const { object, mode, ref } = smear.use;
    return { party: party.index, object, mode, what: "held", from, to, slack: 0, weight, certainty: "logged", ref };
  });
}

/** The waits and holds of a placed batch; slack is the distance to the farther bound. */
export function spansOf(placed: PlacedBatch): Span[] {
  const slack = Math.max(placed.latest - placed.begin, placed.begin - placed.earliest);
  const party = placed.party.index;
  const spans: Span[] = [];
  for (const { use, offset, waitMs, heldMs } of placed.batch.pieces) {
    const waitFrom = placed.begin + offset;
    const heldFrom = waitFrom + waitMs;
    if (waitMs > 0) spans.push(loggedSpan(party, use, "wait", waitFrom, heldFrom, slack));
    if (heldMs > 0) spans.push(loggedSpan(party, use, "held", heldFrom, heldFrom + heldMs, slack));
  }
  return spans;
}

function loggedSpan(
  party: number,
  { object, mode, ref }: LockUse,
  what: Span["what"],
  from: number,
  to: number,
  slack: number,
): Span {
  return { party, object, mode, what, from, to, slack, weight: 1, certainty: "logged", ref };
}

function clamp(value: number, lo: number, hi: number): number {
  return Math.min(hi, Math.max(lo, value));
}
