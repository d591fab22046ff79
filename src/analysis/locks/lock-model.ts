import type { CapturedProcess, Certainty, EvidenceRef, LockCommand, LockMode } from "../../contracts/lock-facts.js";
import type { TrueTimes } from "./true-times.js";

/** Whoever can hold or wait: a command of the log, a process of a capture, or a holder nobody saw. */
export interface Party {
  readonly index: number;
  readonly key: string;
  readonly command: LockCommand | null;
  readonly process: CapturedProcess | null;
  readonly pid: number | null;
  readonly times: TrueTimes;
  /** No completion in the evidence. */
  readonly inFlight: boolean;
  readonly ref: EvidenceRef | null;
}

/** A wait or a hold on the time axis. `weight` < 1: many short holds smeared over [from, to]. */
export interface Span {
  readonly party: number;
  readonly object: string;
  readonly mode: LockMode;
  readonly what: "wait" | "held";
  readonly from: number;
  readonly to: number;
  readonly slack: number;
  readonly weight: number;
  readonly certainty: Certainty;
  readonly ref: EvidenceRef;
}

/** May this party be blamed for itself on this object, by its hold and its own waits? See eligibility.ts. */
export type CanBeRoot = (party: number, object: string) => boolean;

/** Two requests collide unless both are shared. */
export function collide(a: LockMode, b: LockMode): boolean {
  return a === "W" || b === "W";
}

export function overlapMs(aFrom: number, aTo: number, bFrom: number, bTo: number): number {
  return Math.max(0, Math.min(aTo, bTo) - Math.max(aFrom, bFrom));
}

/** Tables are locked in one compiled-in order during the compute phase; everything else is a server lock around it. */
export function isTable(object: string): boolean {
  return object.startsWith("db.") || object.startsWith("rdb.") || object.startsWith("pdb.");
}

/**
 * Which story an object belongs to: tables and meta/ locks are one (`table`); one workspace's lock, a label or a change
 * stands for itself and is never mixed up with a wedge of the tables.
 */
export function scopeKey(object: string): string {
  return isTable(object) || object.startsWith("meta/") || object.startsWith("(") ? "table" : object;
}

/** Joins overlapping intervals and returns them in order. */
export function unionOf(intervals: readonly (readonly [number, number])[]): [number, number][] {
  const sorted = [...intervals].sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = joined[joined.length - 1];
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** Time in which at least one of these lasts. Most commands wait once. */
export function unionMs(spans: readonly Span[]): number {
  const [first] = spans;
  if (first !== undefined && spans.length === 1) return first.to - first.from;
  return totalOf(unionOf(spans.map((span) => [span.from, span.to])));
}

export function totalOf(intervals: readonly (readonly [number, number])[]): number {
  return intervals.reduce((sum, [from, to]) => sum + (to - from), 0);
}
