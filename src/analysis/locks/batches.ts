import type { LockUse } from "../../contracts/lock-facts.js";
import { isTable } from "./lock-model.js";
import type { LockSettings } from "./lock-settings.js";

/** One acquisition: waited from `offset`, then held. Offsets count from the batch's own begin. */
interface Piece {
  readonly use: LockUse;
  readonly offset: number;
  readonly waitMs: number;
  readonly heldMs: number;
}

/** Locks whose places relative to each other are known: taken one after the other, released together. */
export interface Batch {
  readonly pieces: readonly Piece[];
  readonly extentMs: number;
  readonly serverLock: boolean;
}

/** Holds too many and too short to place one by one: `heldMs` in all, somewhere in the command. */
interface Smear {
  readonly use: LockUse;
  readonly heldMs: number;
}

export interface CommandLocks {
  readonly batches: readonly Batch[];
  readonly smears: readonly Smear[];
}

/** Two clocks are read for one release; p4d's published samples differ by a few ms. */
const SAME_RELEASE_MS = 5;
const SAME_RELEASE_SHARE = 0.002;
/** Below this, equal holds are a coincidence and not a common release. */
const TELLING_HOLD_MS = 50;

interface Acquisition {
  readonly use: LockUse;
  readonly waitMs: number;
  readonly heldMs: number;
}

/**
 * Finds lock sets in the totals of one command. Tables of one set are taken in lock order and released together, so
 * each hold equals the wait plus hold of the next: `held(i) = wait(i+1) + held(i+1)`. That places them exactly against
 * each other. With several acquisitions only the largest wait and the largest hold are single intervals.
 */
export function findBatches(uses: readonly LockUse[], settings: LockSettings): CommandLocks {
  const open: Piece[][] = [];
  const smears: Smear[] = [];
  const ordered = [...uses].sort((a, b) => a.ordinal - b.ordinal);
  for (const use of ordered) {
    const parts = acquisitions(use, (part) => open.some((pieces) => continues(pieces, part)));
    if (parts.restHeldMs >= settings.minHeldMs) smears.push({ use, heldMs: parts.restHeldMs });
    for (const part of parts.single) {
      if (part.waitMs < settings.minWaitMs && part.heldMs < settings.minHeldMs) continue;
      addToBatch(open, part);
    }
  }
  return { batches: open.map(closeBatch), smears };
}

function addToBatch(open: Piece[][], part: Acquisition): void {
  const table = isTable(part.use.object);
  const home = table && part.heldMs > 0 ? open.find((pieces) => continues(pieces, part)) : undefined;
  const last = home?.[home.length - 1];
  if (home === undefined || last === undefined) open.push([{ ...part, offset: 0 }]);
  else home.push({ ...part, offset: last.offset + last.waitMs });
}

function continues(pieces: readonly Piece[], part: Acquisition): boolean {
  const last = pieces[pieces.length - 1];
  if (last === undefined || !isTable(last.use.object) || last.heldMs < TELLING_HOLD_MS) return false;
  const tolerance = Math.max(SAME_RELEASE_MS, last.heldMs * SAME_RELEASE_SHARE);
  return Math.abs(last.heldMs - (part.waitMs + part.heldMs)) <= tolerance;
}

function closeBatch(pieces: readonly Piece[]): Batch {
  const extentMs = pieces.reduce((most, piece) => Math.max(most, piece.offset + piece.waitMs + piece.heldMs), 0);
  const first = pieces[0];
  return { pieces, extentMs, serverLock: first !== undefined && !isTable(first.use.object) };
}

/**
 * Without a `max lock` line the totals are one acquisition. With it the largest wait and the largest hold are single
 * intervals, but only a lock set they fit into shows that they belong to the same acquisition.
 */
function acquisitions(
  use: LockUse,
  fits: (part: Acquisition) => boolean,
): { single: Acquisition[]; restHeldMs: number } {
  const waitMs = Math.max(0, use.waitMs);
  const heldMs = Math.max(0, use.heldMs);
  const maxWait = Math.min(waitMs, Math.max(0, use.maxWaitMs ?? waitMs));
  const maxHeld = Math.min(heldMs, Math.max(0, use.maxHeldMs ?? heldMs));
  const largest = { use, waitMs: maxWait, heldMs: maxHeld };
  const rest = { use, waitMs: waitMs - maxWait, heldMs: 0 };
  const together = (maxWait === waitMs && maxHeld === heldMs) || (isTable(use.object) && fits(largest));
  const single = together ? [largest, rest] : [{ ...largest, waitMs: 0 }, { ...largest, heldMs: 0 }, rest];
  return { single, restHeldMs: heldMs - maxHeld };
}
