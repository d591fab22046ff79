import Database from "better-sqlite3";
import type { ForeignDatabase, ForeignRow } from "../contracts/foreign-database.js";

/** Bytes 18 and 19 of the header: 2 means write-ahead log, which can't be read without making files beside it. */
const VERSION_BYTES = [18, 19];

/**
 * A database of another program, read-only. Its schema is not trusted: only ordinary tables are read, functions in it
 * are off, and what is malformed throws on reading.
 */
export class SqliteFile implements ForeignDatabase {
  private readonly db: Database.Database;

  constructor(from: { readonly path: string } | { readonly bytes: Uint8Array }) {
    this.db =
      "path" in from
        ? new Database(from.path, { readonly: true, fileMustExist: true })
        : new Database(withoutLog(from.bytes), { readonly: true });
    this.db.pragma("trusted_schema = OFF");
    this.db.pragma("cell_size_check = ON");
    this.db.pragma("query_only = ON");
  }

  columns(table: string): readonly string[] | null {
    const sql = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?";
    const made = this.db.prepare(sql).pluck().get(table);
    if (typeof made !== "string" || /^\s*CREATE\s+VIRTUAL/i.test(made)) return null;
    return (this.db.pragma(`table_info(${quoted(table)})`) as { name: string }[]).map(({ name }) => name);
  }

  rows(table: string, orderBy: readonly string[]): Iterable<ForeignRow> {
    const order = orderBy.length === 0 ? "" : ` ORDER BY ${orderBy.map(quoted).join(", ")}`;
    return this.db.prepare(`SELECT * FROM ${quoted(table)}${order}`).iterate() as Iterable<ForeignRow>;
  }

  finder(table: string, columns: readonly string[]): (values: readonly unknown[]) => readonly ForeignRow[] {
    const where = columns.map((column) => `${quoted(column)} IS ?`).join(" AND ");
    const statement = this.db.prepare(`SELECT * FROM ${quoted(table)} WHERE ${where}`);
    return (values) => statement.all(...values) as ForeignRow[];
  }

  close(): void {
    this.db.close();
  }
}

/** A copy whose header asks for no write-ahead log: what stands in the main file is then readable from memory. */
function withoutLog(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  for (const at of VERSION_BYTES) if (copy[at] === 2) copy[at] = 1;
  return copy;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
