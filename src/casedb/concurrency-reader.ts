import type Database from "better-sqlite3";
import { END_S, IS_COUNTED } from "./command-state.js";
import type { ServerScope } from "./server-scope.js";

interface Point {
  readonly atMs: number;
  readonly running: number;
}

/**
 * How many commands were open at the end of each second of [fromMs, toMs] (local ms), one point a change, the first at
 * `fromMs`. A command that began and ended in the same second is not open at its end.
 */
export function readRunningCurve(
  db: Database.Database,
  scope: ServerScope,
  serverId: number,
  fromMs: number,
  toMs: number,
): Point[] {
  const fromS = Math.floor(fromMs / 1000);
  const toS = Math.floor(toMs / 1000);
  const spans = db
    .prepare(
      `SELECT start_s, ${END_S} FROM command WHERE ${scope.in(serverId)} AND ${IS_COUNTED}
       AND start_s <= ? AND coalesce(${END_S}, 9e15) >= ?`,
    )
    .raw()
    .iterate(toS, fromS) as IterableIterator<[number, number | null]>;
  const changes = new Map<number, number>([[fromS, 0]]);
  const change = (second: number, by: number) => changes.set(second, (changes.get(second) ?? 0) + by);
  for (const [start, end] of spans) {
    if (end === start) continue;
    change(Math.max(start, fromS), 1);
    if (end !== null && end <= toS) change(end, -1);
  }
  return points(changes);
}

function points(changes: ReadonlyMap<number, number>): Point[] {
  const result: Point[] = [];
  let running = 0;
  for (const [second, by] of [...changes].sort((a, b) => a[0] - b[0])) {
    running += by;
    if (by !== 0 || result.length === 0) result.push({ atMs: second * 1000, running });
  }
  return result;
}
