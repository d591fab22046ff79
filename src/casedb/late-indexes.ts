import type Database from "better-sqlite3";

/** Made once all rows are in, because an index that grows row by row costs more than the rows. */
const INDEXES: Readonly<Record<string, string>> = {
  // Few rows at any time: what a later rotation may still finish.
  command_unfinished: "command (source_id, pid) WHERE flags & 2048",
  // Covers the sweep over starts and ends, and finds a command by its line.
  command_position: "command (source_id, line_no, start_s, end_s, flags, longest_ms)",
  // Joins the views: recipes say JOIN process USING (processkey).
  command_processkey: "command (processkey)",
  command_slow: "command (longest_ms) WHERE longest_ms >= 1000",
  command_fatal: "command (source_id, track_line_no) WHERE flags & 16384",
  table_use_contended: "table_use (worst_ms) WHERE worst_ms >= 100",
  capture_row_monitor: "monitor_row (source_id, line_no)",
  capture_row_os_lock: "os_lock (source_id, line_no)",
  capture_row_open_file: "open_file (source_id, line_no)",
  capture_row_measurement: "measurement (source_id, line_no)",
  capture_row_os_process: "os_process (source_id, line_no)",
  syslog_line_position: "syslog_line (source_id, line_no)",
  server_event_position: "server_event (source_id, line_no)",
};

export function createLateIndexes(db: Database.Database): void {
  for (const name of Object.keys(INDEXES)) createIndex(db, name);
  // A sample is enough to tell a large table from a small one, and does not read the case again.
  db.pragma("analysis_limit = 400");
  db.exec("ANALYZE");
  db.exec("INSERT OR REPLACE INTO meta (name, value) VALUES ('finalized', 'yes')");
}

/** Makes one of the indexes early, for a reader that comes before the end. */
export function createIndex(db: Database.Database, name: string): void {
  db.exec(`CREATE INDEX IF NOT EXISTS ${name} ON ${INDEXES[name]}`);
}

/** Before rows are added: the case is unfinished again. */
export function dropLateIndexes(db: Database.Database): void {
  db.exec("DELETE FROM meta WHERE name = 'finalized'");
  for (const name of Object.keys(INDEXES)) db.exec(`DROP INDEX IF EXISTS ${name}`);
}

/** An ingest ran to its end and nothing was added since. */
export function isFinalized(db: Database.Database): boolean {
  return db.prepare("SELECT 1 FROM meta WHERE name = 'finalized'").get() !== undefined;
}
