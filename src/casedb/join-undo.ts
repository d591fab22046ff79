import type Database from "better-sqlite3";

/** Tables that joining rotations writes to. */
const TABLES = [
  "command_row",
  "table_use",
  "trigger_use",
  "librarian_use",
  "remote_rpc",
  "server_event",
  "server_error",
  "evidence_line",
  "source",
  "warning",
];

interface Shape {
  readonly key: readonly string[];
  readonly columns: readonly string[];
}

/**
 * Runs `work` and notes every row it changes, so that `undoJoin` can take the changes back. Call inside a transaction:
 * the triggers that take the notes are gone when it ends, however it ends.
 */
export function noteChanges<T>(db: Database.Database, work: () => T): T {
  for (const table of TABLES) for (const sql of triggersOf(table, shapeOf(db, table))) db.exec(sql);
  const result = work();
  for (const table of TABLES) {
    for (const what of ["insert", "update", "delete"]) db.exec(`DROP TRIGGER ${triggerName(table, what)}`);
  }
  return result;
}

/** Takes back what joins changed, newest first. Call inside a transaction. */
export function undoJoin(db: Database.Database): void {
  const changes = db.prepare("SELECT table_name, row_key, old_row FROM join_undo ORDER BY id DESC").all() as {
    table_name: string;
    row_key: string;
    old_row: string | null;
  }[];
  const statements = new Map(TABLES.map((table) => [table, restoringStatements(db, table)]));
  for (const { table_name, row_key, old_row } of changes) {
    const table = statements.get(table_name);
    if (old_row === null) table?.remove.run(JSON.parse(row_key));
    else table?.restore.run({ row: old_row });
  }
  db.exec("DELETE FROM join_undo");
}

function restoringStatements(db: Database.Database, table: string) {
  const { key, columns } = shapeOf(db, table);
  // By SQLite itself: in JavaScript a number would lose whether it was stored as an integer.
  const values = columns.map((_, index) => `json_extract(@row, '$[${index}]')`).join(", ");
  return {
    remove: db.prepare(`DELETE FROM ${table} WHERE ${key.map((column) => `${column} = ?`).join(" AND ")}`),
    restore: db.prepare(`INSERT OR REPLACE INTO ${table} (${columns.join(", ")}) VALUES (${values})`),
  };
}

/** Stored columns only: `table_info` leaves out those that are computed. */
function shapeOf(db: Database.Database, table: string): Shape {
  const info = db.pragma(`table_info(${table})`) as { name: string; pk: number }[];
  const key = info.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  return { key: key.map(({ name }) => name), columns: info.map(({ name }) => name) };
}

function triggersOf(table: string, { key, columns }: Shape): string[] {
  const row = (version: "old" | "new", names: readonly string[]) =>
    `json_array(${names.map((name) => `${version}.${name}`).join(", ")})`;
  const note = (what: string, rowKey: string, oldRow: string) =>
    `CREATE TRIGGER ${triggerName(table, what)} AFTER ${what.toUpperCase()} ON ${table} BEGIN
       INSERT INTO join_undo (table_name, row_key, old_row) VALUES ('${table}', ${rowKey}, ${oldRow}); END`;
  const before = row("old", columns);
  return [
    note("insert", row("new", key), "NULL"),
    note("update", row("old", key), before),
    note("delete", row("old", key), before),
  ];
}

function triggerName(table: string, what: string): string {
  return `note_${what}_${table}`;
}
