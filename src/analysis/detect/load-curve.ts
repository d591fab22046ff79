import type { CaseReader, LoadBucket } from "../../contracts/case-reader.js";
import type { DetectContext } from "../../contracts/signal.js";

/** Stretches of this length are compared with each other. A very long log has longer ones. */
const BUCKET_MS = 10_000;

export interface LoadCurve {
  readonly buckets: readonly LoadBucket[];
  readonly stepMs: number;
}

const known = new WeakMap<CaseReader, Map<number, LoadCurve>>();

/** Several detectors ask for the same curve, and it takes a walk over all commands. */
export function loadCurve(reader: CaseReader, serverId: number): LoadCurve {
  const curves = known.get(reader) ?? new Map<number, LoadCurve>();
  known.set(reader, curves);
  const curve = curves.get(serverId) ?? read(reader, serverId);
  curves.set(serverId, curve);
  return curve;
}

function read(reader: CaseReader, serverId: number): LoadCurve {
  const buckets = reader.load(serverId, BUCKET_MS);
  return { buckets, stepMs: stepOf(buckets) };
}

function stepOf([first, second]: readonly LoadBucket[]): number {
  return first === undefined || second === undefined ? BUCKET_MS : Math.max(second.atMs - first.atMs, 1000);
}

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Neighbouring points at or above `limit` as one stretch, gaps up to `gapMs` included. */
export function stretchesAbove(
  points: readonly { readonly atMs: number; readonly value: number }[],
  limit: number,
  stepMs: number,
  gapMs: number,
): Stretch[] {
  const found: { fromMs: number; toMs: number }[] = [];
  for (const { atMs, value } of points) {
    if (value < limit) continue;
    const last = found.at(-1);
    if (last !== undefined && atMs - last.toMs <= gapMs) last.toMs = atMs + stepMs;
    else found.push({ fromMs: atMs, toMs: atMs + stepMs });
  }
  return found;
}

/** Waits in all of this length near a stretch make the crowd a consequence: whoever waits does not end, and asks again. */
const LOCK_TROUBLE_MS = 30_000;
/** A wedge lets go, and who had given up comes back. */
const AFTERMATH_MS = 60_000;

/** Did commands queue for locks at that time, or just before? Then a crowd is a symptom, and the lock is the matter. */
export function hasLockTrouble(context: DetectContext, serverId: number, { fromMs, toMs }: Stretch): boolean {
  const sum = context
    .locks(serverId)
    .clusters.filter((cluster) => cluster.fromMs <= toMs && cluster.toMs >= fromMs - AFTERMATH_MS)
    .flatMap((cluster) => cluster.victims)
    .reduce((total, victim) => total + victim.waitMs, 0);
  return sum >= LOCK_TROUBLE_MS;
}
