import type Database from "better-sqlite3";
import { COMMAND_FLAG } from "../contracts/record-batch.js";
import { ACTIVE_THREADS } from "./event-kinds.js";

const NEVER_COUNTED = COMMAND_FLAG.noCompletionKind | COMMAND_FLAG.removedFromMonitor | COMMAND_FLAG.anonymous;

/** Another command took its pid, or its final track block was written: it ended, though no line says when. */
const ENDED_UNSEEN = COMMAND_FLAG.supplanted | COMMAND_FLAG.hasTables;

/** A command that the parser of a later file does not know to be running. */
interface Carried {
  readonly pid: number;
  /** Where it stopped running; null: nothing says. */
  readonly end: { readonly sourceId: number; readonly line: number } | null;
}

/**
 * A parser counts running commands within its own file. What earlier rotations left open runs on in the later ones:
 * this computes, per file, by how much its counts are too low from which line on. It also numbers the lines of all logs
 * through, as the views do. `servers`: the logs of each in time order. Call inside a transaction, after rotations were
 * joined.
 */
export function recomputeRunningBase(db: Database.Database, servers: readonly (readonly number[])[]): void {
  db.exec("DELETE FROM running_base");
  const insert = db.prepare("INSERT INTO running_base (source_id, from_line_no, base) VALUES (?, ?, ?)");
  const setLineBase = db.prepare("UPDATE source SET line_base = ? WHERE id = ?");
  const lineCount = db.prepare("SELECT lines FROM source WHERE id = ?").pluck();
  let lineBase = 0;
  for (const logs of servers) {
    let carried: Carried[] = [];
    let lastBase = 0;
    const place = new Map(logs.map((id, index) => [id, index]));
    for (const id of logs) {
      setLineBase.run(lineBase, id);
      lineBase += lineCount.get(id) as number;
      const started = startedIn(db, id, place, id === logs.at(-1));
      const all = [...carried, ...started.unseen];
      const ends = endLines(db, id, all);
      const starts = started.unseen.map(({ line }) => line);
      const known = steps(carried.length, starts, ends, threadCounts(db, id, started.leading));
      const changes = continued(known, started.leading, lastBase);
      for (const [line, base] of changes) insert.run(id, line, base);
      // Behind a file that is all tail the same piece goes on.
      if (started.leading < (lineCount.get(id) as number)) lastBase = [...changes.values()].at(-1) ?? 0;
      carried = [...all.filter((_, index) => ends[index] === null), ...started.open];
    }
  }
}

interface StartRow {
  readonly pid: number;
  readonly line: number;
  readonly source_id: number;
  readonly ended: number;
  readonly end_source_id: number | null;
  readonly end_line_no: number | null;
  readonly track_source_id: number | null;
  readonly track_line_no: number | null;
  readonly flags: number;
}

/**
 * Commands of a file that were running when it ended, and those that begin in its leading lines: only the join knows of
 * them, so that its parser has not counted them. Nothing comes behind the last file, so that its open ones don't matter.
 */
function startedIn(db: Database.Database, sourceId: number, place: ReadonlyMap<number, number>, isLast: boolean) {
  const leading = leadingLines(db, sourceId);
  if (isLast && leading === 0) return { leading, unseen: [], open: [] };
  const rows = db
    .prepare(
      `SELECT pid, line_no AS line, source_id, end_source_id, end_line_no, track_source_id, track_line_no, flags,
         NOT (end_s IS NULL AND lapse_ms IS NULL AND track_lapse_ms IS NULL AND flags & ${ENDED_UNSEEN} = 0) AS ended
       FROM command WHERE source_id = :id AND flags & ${COMMAND_FLAG.hasStart} AND flags & ${NEVER_COUNTED} = 0
       AND (NOT ended OR end_source_id <> :id OR track_source_id <> :id OR line_no <= :leading)`,
    )
    .all({ id: sourceId, leading }) as StartRow[];
  const unseen: (Carried & { readonly line: number })[] = [];
  const open: Carried[] = [];
  for (const row of rows) {
    const command = { pid: row.pid, line: row.line, end: endOf(row, place) };
    if (row.line <= leading) unseen.push(command);
    else if (row.ended === 0 || (command.end !== null && command.end.sourceId !== sourceId)) open.push(command);
  }
  return { leading, unseen, open };
}

/** The completion or the final track block, whichever comes first. */
function endOf(row: StartRow, place: ReadonlyMap<number, number>): Carried["end"] {
  const at = (sourceId: number | null, line: number | null) =>
    line === null ? [] : [{ sourceId: sourceId ?? row.source_id, line }];
  const ends = [
    ...at(row.end_source_id, row.end_line_no),
    ...((row.flags & COMMAND_FLAG.hasTables) === 0 ? [] : at(row.track_source_id, row.track_line_no)),
  ];
  const placeOf = ({ sourceId }: { sourceId: number }) => place.get(sourceId) ?? 0;
  return ends.sort((a, b) => placeOf(a) - placeOf(b) || a.line - b.line)[0] ?? null;
}

/** How many lines at the start of a file were read as the rest of a block of the file before: all where it is its tail, too. */
function leadingLines(db: Database.Database, sourceId: number): number {
  const sql = `SELECT position, log_edge.bytes, lines FROM log_edge JOIN source ON source.id = source_id
               WHERE source_id = ? AND continuation = 1`;
  const edge = db.prepare(sql).get(sourceId) as { position: string; bytes: Buffer; lines: number } | undefined;
  if (edge === undefined) return 0;
  return edge.position === "tail" ? edge.lines : edge.bytes.filter((byte) => byte === 10).length;
}

/** Per command the line of this file from which on it no longer runs; null: it runs through the whole file. */
function endLines(
  db: Database.Database,
  sourceId: number,
  commands: readonly (Carried & { readonly line?: number })[],
): (number | null)[] {
  if (commands.length === 0) return [];
  const pids = commands.filter(({ end }) => end === null).map(({ pid }) => pid);
  const sql = `SELECT pid, line_no FROM command WHERE source_id = ? AND flags & ${COMMAND_FLAG.hasStart}
               AND pid IN (SELECT value FROM json_each(?)) ORDER BY line_no`;
  const starts = db.prepare(sql).raw().all(sourceId, JSON.stringify(pids)) as [number, number][];
  const linesOf = new Map<number, number[]>();
  for (const [pid, line] of starts) {
    const known = linesOf.get(pid);
    if (known === undefined) linesOf.set(pid, [line]);
    else known.push(line);
  }
  return commands.map(({ pid, end, line: own = 0 }) => {
    if (end !== null) return end.sourceId === sourceId ? end.line : null;
    // A pid that starts something else ended what it did before.
    return linesOf.get(pid)?.find((line) => line > own) ?? null;
  });
}

/**
 * Lines that tell the server's own number, which includes everything, and what to add behind them: nothing, as the
 * parser takes the number over, but for leading lines, which it does not see.
 */
function threadCounts(db: Database.Database, sourceId: number, leading: number): { line: number; base: number }[] {
  const sql = `SELECT line_no AS line, CASE WHEN line_no <= ? THEN coalesce(v1, 0) ELSE 0 END AS base FROM server_event
               WHERE source_id = ? AND kind = ? AND line_no IS NOT NULL`;
  return db.prepare(sql).all(leading, sourceId, ACTIVE_THREADS) as { line: number; base: number }[];
}

/**
 * line -> what to add from there on; empty when there is nothing to add. Behind a number of the server's own the parser
 * still counts the commands of which it does not see the end: then there is something to take off.
 */
function steps(
  carried: number,
  starts: readonly number[],
  ends: readonly (number | null)[],
  counts: readonly { readonly line: number; readonly base: number }[],
): Map<number, number> {
  const result = new Map<number, number>();
  if (ends.length === 0 && counts.every((count) => count.base === 0)) return result;
  let base = carried;
  result.set(0, base);
  const changes = [
    ...starts.map((line) => ({ line: line + 1, by: 1, exact: 0 })),
    ...ends.flatMap((line) => (line === null ? [] : [{ line, by: -1, exact: 0 }])),
    ...counts.map(({ line, base: exact }) => ({ line, by: null, exact })),
  ].sort((a, b) => a.line - b.line);
  for (const { line, by, exact } of changes) {
    const before = base;
    base = by === null ? exact : base + by;
    if (base !== before) result.set(line, base);
  }
  return result;
}

/** Leading lines were read together with the end of the file before: what holds there goes on to hold. */
function continued(steps: Map<number, number>, leading: number, lastBase: number): Map<number, number> {
  if (leading === 0) return steps;
  const behind = [...steps].filter(([line]) => line > leading + 1);
  const at = [...steps].filter(([line]) => line <= leading + 1).at(-1)?.[1] ?? 0;
  return new Map([[0, lastBase], [leading + 1, at], ...behind]);
}
