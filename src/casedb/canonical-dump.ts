import type Database from "better-sqlite3";
import { COMMAND_FLAG, RECORD_TABLES, type RecordTableSpec } from "../contracts/record-batch.js";
import { CHILD_IDS, CHILD_TABLES } from "./record-writer.js";
import { FILE_TABLES } from "./row-remover.js";

type Row = Record<string, number | string | null>;

/** Where a row stands: differs when the same log was cut into other files. `ordinal` says the order of sections. */
const POSITION = /(?:^|_)(?:source_id|line_no|byte_offset)$|^capture_no$|^command_index$/;

/**
 * All evidence of the case as sorted lines of JSON, without ids and positions: two cases hold the same evidence, in
 * whatever order and cut into whatever rotations it was read, exactly when their dumps are equal. For tests; it holds
 * everything in memory.
 */
export function canonicalDump(db: Database.Database): string[] {
  const lines: string[] = [];
  const done = "source_id IN (SELECT id FROM source WHERE state = 'done')";
  const children = CHILD_TABLES.map((table) => ({ table, select: db.prepare(childSql(table)) }));
  const commands = db.prepare(
    `SELECT *, coalesce(running, 0) + coalesce((SELECT base FROM running_base b WHERE b.source_id = command.source_id
       AND b.from_line_no <= command.line_no ORDER BY b.from_line_no DESC LIMIT 1), 0) AS running FROM command WHERE ${done}`,
  );
  for (const row of commands.all() as Row[]) {
    const low = (row.id as number) * CHILD_IDS;
    const own = children.flatMap(({ table, select }) =>
      (select.all(low, low + CHILD_IDS - 1) as Row[]).map((child) => [table, plain(table, child)]),
    );
    const flags = (row.flags as number) & ~COMMAND_FLAG.openAtSourceEnd;
    lines.push(JSON.stringify(["command", { ...plain("command", row), flags }, own]));
  }
  for (const table of FILE_TABLES) {
    const rows = db.prepare(`SELECT * FROM ${table} WHERE ${done}`).all() as Row[];
    for (const row of rows) lines.push(JSON.stringify([table, plain(table, row)]));
  }
  return lines.sort();
}

function childSql(table: string): string {
  const from =
    table === "table_use"
      ? "SELECT table_use.*, name, mode FROM table_use JOIN lock_object ON lock_object.id = lock_object_id"
      : `SELECT * FROM ${table}`;
  return `${from} WHERE ${table}.id BETWEEN ? AND ? ORDER BY ${table}.id`;
}

function plain(table: keyof typeof RECORD_TABLES, row: Row): Row {
  const spec: RecordTableSpec = RECORD_TABLES[table];
  const result: Row = {};
  for (const name of [...spec.numbers, ...spec.texts]) {
    if (!POSITION.test(name) && name !== "ordinal" && row[name] !== null) result[name] = row[name] ?? null;
  }
  return result;
}
