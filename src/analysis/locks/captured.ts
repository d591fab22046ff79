import { least, most } from "../../base/extremes.js";
import type { CapturedLock, CapturedProcess, EvidenceRef, LockInput, LockMode } from "../../contracts/lock-facts.js";
import { findCycles } from "./cycles.js";
import { groupBy } from "./group-by.js";
import { collide, type Party } from "./lock-model.js";
import type { PartyList } from "./parties.js";
import type { Anchor } from "./placement.js";

/** At one instant of a capture `blocked` stood behind `blocker`. */
export interface CapturedEdge {
  readonly blocker: number;
  readonly blocked: number;
  readonly object: string;
  readonly blockerMode: LockMode;
  readonly blockedMode: LockMode;
  readonly atMs: number;
  readonly refs: readonly EvidenceRef[];
}

/** One lock of one party, over all captures it was seen in. */
export interface Sighting {
  readonly party: number;
  readonly object: string;
  readonly mode: LockMode;
  readonly waiting: boolean;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly ref: EvidenceRef;
}

export interface CapturedFacts {
  /** When lslocks was taken, ascending: a hold missing in one of them was not held then. */
  readonly takenMs: readonly number[];
  readonly sightings: readonly Sighting[];
  readonly anchors: ReadonlyMap<number, readonly Anchor[]>;
  readonly edges: readonly CapturedEdge[];
  readonly cycles: readonly (readonly number[])[];
}

interface Row {
  readonly lock: CapturedLock;
  readonly party: Party;
  readonly object: string;
  readonly atMs: number;
  readonly waiting: boolean;
}

/** lslocks names one blocker only, the first conflicting holder; more holders of one file than this are not spelled out. */
const MOST_HOLDERS = 64;

/** Reads lslocks, lsof and monitor -L rows: who held, who waited, for whom. */
export function readCaptures(input: LockInput, parties: PartyList): CapturedFacts {
  const processes = new ProcessIndex(input);
  const nameOfInode = new Map<number, string>();
  for (const { inode, object } of input.capturedLocks)
    if (inode !== null && object !== null) nameOfInode.set(inode, object);
  const rows = input.capturedLocks.map((lock): Row => {
    const atMs = lock.takenMs ?? processes.timeOf(lock.captureId) ?? input.logEndMs;
    const party = parties.ofPid(lock.pid, atMs, processes.find(lock.pid, atMs), lock.ref);
    const waiting = lock.waiting || lock.blockerPid !== null;
    return { lock, party, object: objectOf(lock, nameOfInode), atMs, waiting };
  });
  const edges: CapturedEdge[] = [];
  const cycles: number[][] = [];
  const implied: Sighting[] = [];
  for (const capture of groupBy(rows, (row) => row.lock.captureId).values()) {
    const found = captureEdges(capture, parties, processes, implied);
    for (const edge of found) edges.push(edge);
    for (const cycle of findCycles(found.map((edge) => [edge.blocked, edge.blocker] as const))) cycles.push(cycle);
  }
  const sightings = [...sight(rows), ...implied];
  const listed = rows.filter((row) => row.lock.origin === "lslocks");
  const takenMs = [...new Set(listed.map((row) => row.atMs))].sort((a, b) => a - b);
  return { takenMs, sightings, anchors: anchorsOf(rows), edges, cycles };
}

/** A row whose path could not be read keeps its file apart by inode, else by who is said to block there. */
function objectOf(lock: CapturedLock, nameOfInode: ReadonlyMap<number, string>): string {
  if (lock.object !== null) return lock.object;
  if (lock.inode !== null) return nameOfInode.get(lock.inode) ?? `${UNKNOWN_OBJECT}#inode ${lock.inode}`;
  return `${UNKNOWN_OBJECT}#pid ${lock.blockerPid ?? lock.pid}`;
}

const UNKNOWN_OBJECT = "(unknown)";

/** What to show for an object: nameless files share one label. */
export function objectLabel(object: string): string {
  return object.startsWith(UNKNOWN_OBJECT) ? UNKNOWN_OBJECT : object;
}

function captureEdges(
  rows: readonly Row[],
  parties: PartyList,
  processes: ProcessIndex,
  implied: Sighting[],
): CapturedEdge[] {
  const holders = groupBy(
    rows.filter((row) => !row.waiting),
    (row) => row.object,
  );
  const edges: CapturedEdge[] = [];
  for (const row of rows) {
    if (!row.waiting) continue;
    const { blockerPid, mode } = row.lock;
    const colliding = (holders.get(row.object) ?? [])
      .filter((held) => collide(held.lock.mode, mode))
      .slice(0, MOST_HOLDERS);
    const seen = new Set<number>([row.party.index]);
    const add = (blocker: number, blockerMode: LockMode, ref: EvidenceRef | null) => {
      if (seen.has(blocker)) return;
      seen.add(blocker);
      const refs = ref === null ? [row.lock.ref] : [row.lock.ref, ref];
      const blocked = row.party.index;
      edges.push({ blocker, blocked, object: row.object, blockerMode, blockedMode: mode, atMs: row.atMs, refs });
    };
    for (const held of colliding) add(held.party.index, held.lock.mode, held.lock.ref);
    if (blockerPid === null || blockerPid === row.lock.pid) continue;
    const blocker = parties.ofPid(blockerPid, row.atMs, processes.find(blockerPid, row.atMs), row.lock.ref);
    if (seen.has(blocker.index)) continue;
    // Named as blocker without a granted row of its own: it may be gone, or the snapshot missed it.
    add(blocker.index, "W", null);
    const { object, atMs } = row;
    implied.push({
      party: blocker.index,
      object,
      mode: "W",
      waiting: false,
      firstMs: atMs,
      lastMs: atMs,
      ref: row.lock.ref,
    });
  }
  return edges;
}

function sight(rows: readonly Row[]): Sighting[] {
  const keyOf = (row: Row) => `${row.party.index} ${row.waiting} ${row.lock.mode} ${row.object}`;
  return [...groupBy(rows, keyOf).values()].flatMap((seen) => {
    const first = seen[0];
    if (first === undefined) return [];
    const times = seen.map((row) => row.atMs);
    const { party, object, waiting, lock } = first;
    const [firstMs, lastMs] = [least(times), most(times)];
    return [{ party: party.index, object, mode: lock.mode, waiting, firstMs, lastMs, ref: lock.ref }];
  });
}

function anchorsOf(rows: readonly Row[]): Map<number, Anchor[]> {
  const anchors = new Map<number, Anchor[]>();
  for (const { party, object, waiting, atMs } of rows) {
    const list = anchors.get(party.index);
    if (list === undefined) anchors.set(party.index, [{ object, waiting, atMs }]);
    else list.push({ object, waiting, atMs });
  }
  return anchors;
}

/** Monitor rows by pid, and the time of captures that carry one. */
class ProcessIndex {
  private readonly byPid: Map<number, CapturedProcess[]>;
  private readonly times = new Map<number, number>();

  constructor(input: LockInput) {
    this.byPid = groupBy(input.capturedProcesses, (process) => process.pid);
    for (const { captureId, takenMs } of [...input.capturedLocks, ...input.capturedProcesses]) {
      if (takenMs !== null && !this.times.has(captureId)) this.times.set(captureId, takenMs);
    }
  }

  timeOf(captureId: number): number | null {
    return this.times.get(captureId) ?? null;
  }

  /** The row nearest in time; rows without a time fit any moment. */
  find(pid: number, atMs: number): CapturedProcess | null {
    let best: CapturedProcess | null = null;
    let distance = Number.POSITIVE_INFINITY;
    for (const process of this.byPid.get(pid) ?? []) {
      const away = process.takenMs === null ? 0 : Math.abs(process.takenMs - atMs);
      if (away < distance) {
        best = process;
        distance = away;
      }
    }
    return distance <= SAME_MOMENT_MS ? best : null;
  }
}

/** Captures of one collection run follow each other within this time. */
const SAME_MOMENT_MS = 15_000;
