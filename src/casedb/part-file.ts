import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { keepNative } from "./keep-native.js";
import { type Cell, PAGE_BYTES, PartPages, type PartTable } from "./part-pages.js";

let unnamed = 0;

/**
 * New rows on their way into the case: written as the pages of a small database beside it, which SQLite then takes over
 * page by page without looking at a single value (`INSERT INTO t SELECT * FROM part.t`, its transfer optimisation).
 * Binding every value of every row costs five times as much: docs/decisions/bulk-write.md.
 */
export class PartFile {
  private readonly path: string;
  private readonly pages: PartPages;
  private readonly byName: ReadonlyMap<string, PartTable>;
  private attached = false;
  private file: number | null = null;

  /** `tables`: names of tables in `db`, which have an INTEGER PRIMARY KEY. */
  constructor(
    private readonly db: Database.Database,
    private readonly tables: readonly string[],
  ) {
    this.path = db.memory ? join(tmpdir(), `p4rca-${process.pid}-${unnamed++}-part`) : `${db.name}-part`;
    const { bytes, roots } = emptyDatabase(db, tables);
    this.pages = new PartPages(bytes, roots);
    this.byName = new Map(tables.map((name, index) => [name, this.pages.tables[index] as PartTable]));
  }

  table(name: string): PartTable {
    return this.byName.get(name) as PartTable;
  }

  get isFull(): boolean {
    return this.pages.isFull;
  }

  append(table: PartTable, cell: Cell, id: number): void {
    this.pages.append(table, cell, id);
  }

  /** Moves all rows into the case, within the current transaction; `detach` when it has ended, however it did. */
  transfer(): void {
    if (this.pages.isEmpty) return;
    const wanted = this.tables.filter((name) => this.table(name).rows > 0);
    this.write(this.pages.finish());
    this.db.prepare("ATTACH ? AS part").run(this.path);
    this.attached = true;
    for (const name of wanted) this.db.exec(this.insertion(name));
    this.pages.clear();
  }

  detach(): void {
    this.pages.clear();
    if (!this.attached) return;
    this.attached = false;
    this.db.exec("DETACH part");
    if (this.db.memory) this.remove(); // such a case is often just forgotten
  }

  /** Removes what a killed run left behind, too. */
  remove(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
    rmSync(this.path, { force: true });
  }

  /** Where an index or a trigger stands in the way of whole pages, the rows go in one by one. */
  private insertion(table: string): string {
    const inTheWay = this.db.prepare(
      "SELECT 1 FROM main.sqlite_schema WHERE tbl_name = ? AND type IN ('index', 'trigger')",
    );
    if (inTheWay.get(table) === undefined) return `INSERT INTO main.${table} SELECT * FROM part.${table}`;
    // Unlike `*`, table_info leaves out the columns that are computed.
    const columns = (this.db.pragma(`main.table_info(${table})`) as { name: string }[]).map(({ name }) => name);
    return `INSERT INTO main.${table} (${columns.join(", ")}) SELECT ${columns.join(", ")} FROM part.${table}`;
  }

  /** In a folder that others may write to, what stands there already may be a link to somewhere else. */
  private create(): number {
    rmSync(this.path, { force: true });
    return openSync(this.path, "wx", 0o600);
  }

  /** Over the part before: the size in its header, not that of the file, is what counts. */
  private write(bytes: Uint8Array): void {
    this.file ??= this.create();
    for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at, bytes.length - at, at);
  }
}

/** The same tables in a database without rows, and the page each begins on. */
function emptyDatabase(db: Database.Database, tables: readonly string[]): { bytes: Buffer; roots: number[] } {
  const empty = new Database(":memory:");
  try {
    keepNative(empty);
    empty.pragma(`page_size = ${PAGE_BYTES}`);
    for (const name of tables) {
      empty.exec(
        db.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?").pluck().get(name) as string,
      );
    }
    const root = empty.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").pluck();
    return { roots: tables.map((name) => root.get(name) as number), bytes: empty.serialize() };
  } finally {
    empty.close();
  }
}
