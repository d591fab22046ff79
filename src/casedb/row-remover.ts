import type Database from "better-sqlite3";
import { RECORD_TABLES, type RecordTableName } from "../contracts/record-batch.js";
import { CHILD_IDS, CHILD_TABLES } from "./record-writer.js";

/** Tables whose rows belong to a file and not to a command. */
export const FILE_TABLES = (Object.keys(RECORD_TABLES) as RecordTableName[]).filter(
  (table) => table !== "command" && !(CHILD_TABLES as readonly string[]).includes(table),
);

/** Lines of a P4LOG that stand for themselves. */
const LOG_LINE_TABLES = ["server_event", "server_error", "evidence_line"] as const;

/** Deletes evidence rows: of a file read twice or half, of commands stored twice. Call inside a transaction. */
export class RowRemover {
  constructor(private readonly db: Database.Database) {}

  /** Everything that was read from a file; its row in `source` stays. */
  removeSource(sourceId: number): void {
    const ids = this.db.prepare("SELECT id FROM command WHERE source_id = ? ORDER BY id").pluck().all(sourceId);
    this.removeCommands(ids as number[]);
    for (const table of FILE_TABLES) this.db.prepare(`DELETE FROM ${table} WHERE source_id = ?`).run(sourceId);
    for (const table of ["warning", "log_edge", "running_base", "log_memory"]) {
      this.db.prepare(`DELETE FROM ${table} WHERE source_id = ?`).run(sourceId);
    }
  }

  removeCommands(ids: readonly number[]): void {
    const statements = [
      { sql: this.db.prepare("DELETE FROM command_row WHERE id BETWEEN ? AND ?"), factor: 1 },
      ...CHILD_TABLES.map((table) => ({
        sql: this.db.prepare(`DELETE FROM ${table} WHERE id BETWEEN ? AND ?`),
        factor: CHILD_IDS,
      })),
    ];
    for (const [first, last] of runsOf(ids)) {
      for (const { sql, factor } of statements) sql.run(first * factor, last * factor + factor - 1);
    }
  }

  /** Server events, errors and kept lines that stand before a byte of a log. */
  removeLinesBefore(sourceId: number, byteOffset: number): void {
    for (const table of LOG_LINE_TABLES) {
      this.db.prepare(`DELETE FROM ${table} WHERE source_id = ? AND byte_offset < ?`).run(sourceId, byteOffset);
    }
  }
}

/** Runs of neighbouring ids, so that a million commands go in a few range deletes. */
function runsOf(ids: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const id of [...ids].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && id <= last[1] + 1) last[1] = id;
    else runs.push([id, id]);
  }
  return runs;
}
