import type Database from "better-sqlite3";
import type { CommandKey, StoredCommand } from "../contracts/case-store.js";
import {
  COMMAND_FLAG,
  RECORD_TABLES,
  type RecordRow,
  type RecordTableName,
  type RecordTableSpec,
} from "../contracts/record-batch.js";
import { createJoinIndex } from "./late-indexes.js";
import { CHILD_IDS, CHILD_TABLES } from "./record-writer.js";

type Row = Record<string, number | string | null>;
type Child = StoredCommand["children"][number];

const F = COMMAND_FLAG;

const CHILD_SELECT = new Map<RecordTableName, string>(
  CHILD_TABLES.map((table) => [
    table,
    table === "table_use"
      ? `SELECT table_use.*, lock_object.name, lock_object.mode FROM table_use
         JOIN lock_object ON lock_object.id = lock_object_id WHERE table_use.id BETWEEN ? AND ? ORDER BY table_use.id`
      : `SELECT * FROM ${table} WHERE id BETWEEN ? AND ? ORDER BY id`,
  ]),
);

const ENDED = F.hasCompletion | F.hasTables | F.removedFromMonitor | F.supplanted | F.noCompletionKind;

/** Named commands of the files `:sources`, and those in memory when their file ended. */
const KNOWN = `file AS (SELECT value AS source_id, key AS place FROM json_each(:sources)),
  known AS (SELECT id, pid, place, line_no, start_s, key_hash, flags FROM command JOIN file USING (source_id)
    WHERE flags & ${F.anonymous} = 0),
  former AS MATERIALIZED (SELECT * FROM known WHERE flags & ${F.openAtSourceEnd})`;

/** One row a pid and file is enough to know that the pid was used again. */
const SUPPLANT = `WITH ${KNOWN},
  used AS MATERIALIZED (SELECT pid, place, max(line_no) AS line_no, max(start_s) AS start_s FROM known
    WHERE pid IN (SELECT pid FROM former WHERE flags & ${ENDED} = 0) GROUP BY pid, place)
  UPDATE command_row SET flags = flags | ${F.supplanted} WHERE id IN (
    SELECT former.id FROM former JOIN used ON used.pid = former.pid AND used.start_s >= former.start_s
      AND (used.place, used.line_no) > (former.place, former.line_no) WHERE former.flags & ${ENDED} = 0)`;

const REPEAT = `WITH ${KNOWN},
  equal AS MATERIALIZED (SELECT * FROM known WHERE key_hash IN (SELECT key_hash FROM former))
  UPDATE command_row SET flags = flags | ${F.duplicateKey} WHERE id IN (
    SELECT equal.id FROM former JOIN equal ON equal.key_hash = former.key_hash AND equal.pid = former.pid
      AND equal.start_s = former.start_s AND (equal.place, equal.line_no) > (former.place, former.line_no))`;

/** Reads commands back the way the writer was given them, for joining rotations. */
export class CommandStore {
  constructor(private readonly db: Database.Database) {}

  /**
   * Commands that another rotation may finish: open, or without their track block, when their file ended. `pids`
   * narrows the answer; null means all.
   */
  unfinished(sourceIds: readonly number[], pids: readonly number[] | null): StoredCommand[] {
    createJoinIndex(this.db);
    const narrowed = pids === null ? "" : "AND pid IN (SELECT value FROM json_each(:pids))";
    const rows = this.db
      .prepare(
        `SELECT * FROM command WHERE flags & ${COMMAND_FLAG.openAtSourceEnd}
         AND source_id IN (SELECT value FROM json_each(:sources)) ${narrowed} ORDER BY id`,
      )
      .all({
        sources: JSON.stringify(sourceIds),
        ...(pids === null ? {} : { pids: JSON.stringify(pids) }),
      }) as Row[];
    const children = CHILD_TABLES.map((table) => ({
      table,
      statement: this.db.prepare(CHILD_SELECT.get(table) as string),
    }));
    return rows.map((row) => {
      const commandId = row.id as number;
      const range = [commandId * CHILD_IDS, commandId * CHILD_IDS + CHILD_IDS - 1];
      return {
        commandId,
        command: specRow("command", row),
        children: children.flatMap(({ table, statement }) =>
          (statement.all(...range) as Row[]).map((child) => ({ table, row: specRow(table, child) })),
        ),
      };
    });
  }

  /** Commands of this file whose ids lie in a range, as they were stored. */
  between(sourceId: number, first: number, last: number): StoredCommand[] {
    const sql = "SELECT * FROM command WHERE id BETWEEN ? AND ? AND +source_id = ? ORDER BY id";
    const rows = this.db.prepare(sql).all(first, last, sourceId) as Row[];
    const children = new Map<number, Child[]>(rows.map((row) => [row.id as number, []]));
    for (const table of CHILD_TABLES) {
      const select = this.db.prepare(CHILD_SELECT.get(table) as string);
      for (const child of select.iterate(first * CHILD_IDS, last * CHILD_IDS + CHILD_IDS - 1) as Iterable<Row>) {
        children.get(Math.floor((child.id as number) / CHILD_IDS))?.push({ table, row: specRow(table, child) });
      }
    }
    return [...children].map(([commandId, own], index) => {
      return { commandId, command: specRow("command", rows[index] as Row), children: own };
    });
  }

  /** Commands whose start stands in this file, in file order; without those whose end another file brought. */
  keys(sourceId: number, span: { readonly fromS?: number; readonly toS?: number }): CommandKey[] {
    const rows = this.db
      .prepare(
        `SELECT id, pid, start_s, end_s, key_hash, byte_offset, flags,
           CASE WHEN flags & ${COMMAND_FLAG.multiLineArgs} THEN args END AS long_args FROM command
         WHERE source_id = ? AND flags & ${COMMAND_FLAG.hasStart} AND start_s BETWEEN ? AND ?
         AND (end_source_id IS NULL OR end_source_id = source_id) ORDER BY byte_offset`,
      )
      .all(sourceId, span.fromS ?? Number.MIN_SAFE_INTEGER, span.toS ?? Number.MAX_SAFE_INTEGER) as Row[];
    return rows.map((row) => ({
      id: row.id as number,
      pid: row.pid as number,
      startS: row.start_s as number,
      endS: row.end_s as number | null,
      keyHash: row.key_hash as number,
      longArgs: row.long_args as string | null,
      byteOffset: row.byte_offset as number,
      flags: row.flags as number,
      complete: ((row.flags as number) & COMMAND_FLAG.hasCompletion) !== 0,
    }));
  }

  /**
   * What a parser says of two commands on one pid of its file, said over files (`sourceIds`, in time order): a pid that
   * begins something has ended what it did before, and an equal line of the same second is a repeat.
   */
  relatePids(sourceIds: readonly number[]): void {
    if (sourceIds.length < 2) return;
    const sources = JSON.stringify(sourceIds);
    this.db.prepare(SUPPLANT).run({ sources });
    this.db.prepare(REPEAT).run({ sources });
  }

  countBySource(ids: readonly number[]): Map<number, number> {
    const sql = `SELECT source_id, count(*) FROM command WHERE id IN (SELECT value FROM json_each(?)) GROUP BY source_id`;
    return new Map(this.db.prepare(sql).raw().all(JSON.stringify(ids)) as [number, number][]);
  }
}

/** A stored row by the column names of its record table. */
function specRow(table: RecordTableName, row: Row): RecordRow {
  const spec: RecordTableSpec = RECORD_TABLES[table];
  const result: Row = {};
  for (const name of [...spec.numbers, ...spec.texts]) {
    if (name === "command_index") result[name] = 0;
    else if (name === "ordinal") result[name] = (row.id as number) % CHILD_IDS;
    else result[name] = row[name] ?? null;
  }
  return result;
}
