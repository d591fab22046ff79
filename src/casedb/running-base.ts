import type Database from "better-sqlite3";
import { COMMAND_FLAG } from "../contracts/record-batch.js";
import { ACTIVE_THREADS } from "./event-kinds.js";

const NEVER_COUNTED = COMMAND_FLAG.noCompletionKind | COMMAND_FLAG.removedFromMonitor | COMMAND_FLAG.anonymous;

/** Another command took its pid, or its final track block was written: it ended, though no line says when. */
const ENDED_UNSEEN = COMMAND_FLAG.supplanted | COMMAND_FLAG.hasTables;

interface Carried {
  readonly pid: number;
  readonly end_source_id: number | null;
  readonly end_line_no: number | null;
}

/**
 * A parser counts running commands within its own file. What earlier rotations left open runs on in the later ones:
 * this computes, per file, by how much its counts are too low from which line on. It also numbers the lines of all logs
 * through, as the views do. Call inside a transaction, after rotations were joined.
 */
export function recomputeRunningBase(db: Database.Database): void {
  db.exec("DELETE FROM running_base");
  const insert = db.prepare("INSERT INTO running_base (source_id, from_line_no, base) VALUES (?, ?, ?)");
  let lineBase = 0;
  for (const logs of logsByServer(db)) {
    let carried: Carried[] = [];
    for (const { id, lines } of logs) {
      db.prepare("UPDATE source SET line_base = ? WHERE id = ?").run(lineBase, id);
      lineBase += lines;
      const ends = endLines(db, id, carried);
      for (const [line, base] of steps(ends, firstThreadCount(db, id))) insert.run(id, line, base);
      carried = [...carried.filter((_, index) => ends[index] === null), ...openAtEnd(db, id)];
    }
  }
}

/** The P4LOGs of each server in time order. */
function logsByServer(db: Database.Database): { id: number; lines: number }[][] {
  const rows = db
    .prepare(
      `SELECT id, lines, coalesce(server_id, 0) AS server FROM source WHERE state = 'done' AND kind = 'p4log'
       ORDER BY server, first_s IS NULL, first_s, last_s, path, id`,
    )
    .all() as { id: number; lines: number; server: number }[];
  const groups = new Map<number, { id: number; lines: number }[]>();
  for (const row of rows) groups.set(row.server, [...(groups.get(row.server) ?? []), row]);
  return [...groups.values()];
}

/** Commands of a file that were running when it ended. */
function openAtEnd(db: Database.Database, sourceId: number): Carried[] {
  return db
    .prepare(
      `SELECT pid, end_source_id, end_line_no FROM command
       WHERE source_id = :id AND flags & ${COMMAND_FLAG.hasStart} AND flags & ${NEVER_COUNTED} = 0
       AND (end_source_id <> :id OR (end_s IS NULL AND lapse_ms IS NULL AND track_lapse_ms IS NULL
            AND flags & ${ENDED_UNSEEN} = 0))`,
    )
    .all({ id: sourceId }) as Carried[];
}

/** Per carried command the line of this file from which on it no longer runs; null: it runs through the whole file. */
function endLines(db: Database.Database, sourceId: number, carried: readonly Carried[]): (number | null)[] {
  const pids = carried.filter(({ end_source_id }) => end_source_id === null).map(({ pid }) => pid);
  const sql = `SELECT pid, min(line_no) FROM command WHERE source_id = ? AND flags & ${COMMAND_FLAG.hasStart}
               AND pid IN (SELECT value FROM json_each(?)) GROUP BY pid`;
  // A pid that starts something else ended what it did before.
  const reused = new Map(db.prepare(sql).raw().all(sourceId, JSON.stringify(pids)) as [number, number][]);
  return carried.map((command) => {
    if (command.end_source_id === sourceId) return command.end_line_no;
    return command.end_source_id === null ? (reused.get(command.pid) ?? null) : null;
  });
}

/** From this line on the parser counts from the server's own number, which includes everything. */
function firstThreadCount(db: Database.Database, sourceId: number): number | null {
  const sql = "SELECT min(line_no) FROM server_event WHERE source_id = ? AND kind = ?";
  return db.prepare(sql).pluck().get(sourceId, ACTIVE_THREADS) as number | null;
}

/** line -> commands still open from there on; empty when there is nothing to add. */
function steps(ends: readonly (number | null)[], resetLine: number | null): Map<number, number> {
  const result = new Map<number, number>();
  if (ends.length === 0) return result;
  let open = ends.length;
  result.set(0, open);
  const known = ends.filter((end) => end !== null && (resetLine === null || end < resetLine)) as number[];
  for (const line of known.sort((a, b) => a - b)) result.set(line, --open);
  if (resetLine !== null) result.set(resetLine, 0);
  return result;
}
