import type { CaseReader, CommandFact, LoadBucket } from "../../contracts/case-reader.js";
import type { EvidenceRef } from "../../contracts/lock-facts.js";
import type { Fact } from "../../contracts/signal.js";
import { fact, spells } from "./host-signal.js";
import { seconds, span } from "./words.js";

/** A time in which the usual commands of many users took many times as long as usual, and nothing of theirs explains it. */
export interface SlowStretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly ended: number;
  readonly medianMs: number;
  readonly usualMs: number;
  /** Part of all lapse that was processor time. */
  readonly cpuShare: number;
  readonly users: number;
  readonly ref: EvidenceRef;
}

const BUCKET_MS = 10_000;
/** Kinds of command (sync, fstat ...) that must be known from the rest of the log, and the part of them that must be slow. */
const LEAST_KINDS = 3;
const SLOW_KINDS = 0.7;
/** Runs of a kind that make its usual time, and runs within the stretch that make its present one. */
const USUAL_RUNS = 5;
const PRESENT_RUNS = 2;
/** Commands looked at for it. */
const MOST_COMMANDS = 20_000;
/** A bucket of fewer commands has no median worth the name; fewer such buckets no baseline. */
const LEAST_ENDED = 3;
const LEAST_BUCKETS = 12;
/** Many times the usual, and long enough for people to notice. */
const TIMES_USUAL = 8;
const NOTICED_MS = 2000;
const APART_MS = 30_000;
const LEAST_COMMANDS = 15;
const LEAST_USERS = 4;

const found = new WeakMap<CaseReader, Map<number, readonly SlowStretch[]>>();

/** Stretches where everybody was slow without waiting for locks, triggers, pauses or their own network. */
export function slowStretches(reader: CaseReader, serverId: number): readonly SlowStretch[] {
  const known = found.get(reader) ?? new Map<number, readonly SlowStretch[]>();
  found.set(reader, known);
  const list = known.get(serverId) ?? search(reader, serverId);
  known.set(serverId, list);
  return list;
}

function search(reader: CaseReader, serverId: number): SlowStretch[] {
  const buckets = reader.load(serverId, BUCKET_MS).filter((bucket) => bucket.ended >= LEAST_ENDED);
  const usualMs = medianOf(buckets.map((bucket) => bucket.medianLapseMs ?? 0));
  if (buckets.length < LEAST_BUCKETS) return [];
  const limit = Math.max(NOTICED_MS, usualMs * TIMES_USUAL);
  const slow = buckets.filter((bucket) => (bucket.medianLapseMs ?? 0) >= limit && !explained(bucket));
  return spells(slow, APART_MS + BUCKET_MS)
    .map((spell) => stretchOf(spell, usualMs, reader, serverId))
    .filter((stretch) => stretch.ended >= LEAST_COMMANDS && stretch.users >= LEAST_USERS)
    .filter((stretch) => isAcrossKinds(stretch, reader, serverId));
}

/** Every kind of command slower than itself: a few large syncs in a quiet minute raise the median, too. */
function isAcrossKinds({ fromMs, toMs }: SlowStretch, reader: CaseReader, serverId: number): boolean {
  const window = reader.window(serverId);
  if (window === null) return false;
  const present = lapsesByKind(reader.commandsDuring(serverId, fromMs, toMs, MOST_COMMANDS));
  const before = reader.commandsDuring(serverId, window.firstMs, fromMs - 1000, MOST_COMMANDS);
  const after = reader.commandsDuring(serverId, toMs + 1000, window.lastMs, MOST_COMMANDS);
  const outside = [...before, ...after].filter(({ startMs, endMs }) => (endMs ?? toMs) < fromMs || startMs > toMs);
  const usual = lapsesByKind(outside);
  const slower = [...present].flatMap(([kind, lapses]) => {
    const known = usual.get(kind) ?? [];
    if (lapses.length < PRESENT_RUNS || known.length < USUAL_RUNS) return [];
    return [medianOf(lapses) >= Math.max(NOTICED_MS / 2, medianOf(known) * (TIMES_USUAL / 2))];
  });
  return slower.length >= LEAST_KINDS && slower.filter(Boolean).length >= slower.length * SLOW_KINDS;
}

function lapsesByKind(commands: readonly CommandFact[]): Map<string, number[]> {
  const kinds = new Map<string, number[]>();
  for (const { cmd, lapseMs } of commands) {
    if (lapseMs === null) continue;
    const list = kinds.get(cmd) ?? [];
    list.push(lapseMs);
    kinds.set(cmd, list);
  }
  return kinds;
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function explained({ lockWaitMs, peerMs, pausedMs, triggerMs, lapseMs }: LoadBucket): boolean {
  return (lockWaitMs + peerMs + pausedMs + triggerMs) * 2 >= lapseMs;
}

function stretchOf(spell: readonly LoadBucket[], usualMs: number, reader: CaseReader, serverId: number): SlowStretch {
  const first = spell[0] as LoadBucket;
  const last = spell.at(-1) as LoadBucket;
  const medianMs = medianOf(spell.map((bucket) => bucket.medianLapseMs ?? 0));
  const lapseMs = spell.reduce((sum, bucket) => sum + bucket.lapseMs, 0);
  const toMs = last.atMs + BUCKET_MS;
  // What ended in the first bucket had begun a median earlier.
  const fromMs = first.atMs - (first.medianLapseMs ?? 0);
  const commands = reader.commandsDuring(serverId, first.atMs, toMs, 2000);
  const hit = commands.filter((command) => (command.lapseMs ?? 0) >= NOTICED_MS);
  return {
    fromMs,
    toMs,
    ended: spell.reduce((sum, bucket) => sum + bucket.ended, 0),
    medianMs,
    usualMs,
    cpuShare: lapseMs === 0 ? 0 : spell.reduce((sum, bucket) => sum + bucket.cpuMs, 0) / lapseMs,
    users: new Set(hit.map((command) => command.user)).size,
    ref: first.ref,
  };
}

export function slowFact({ fromMs, toMs, ended, medianMs, usualMs, ref }: SlowStretch): Fact {
  const words = `${ended} commands ${span(fromMs, toMs)} took ${seconds(medianMs)} in the middle, usual are ${seconds(usualMs)}, without waiting for locks or clients`;
  return fact(words, medianMs, "ms", ref);
}
