import type Database from "better-sqlite3";

/** Made once all rows are in, because an index that grows row by row costs more than the rows. */
const INDEXES: Readonly<Record<string, string>> = {
  // Covers the sweep over starts and ends, and finds a command by its line.
  command_position: "command_row (source_id, line_no, start_s, end_s, flags, longest_ms)",
  // Joins the views: recipes say JOIN process USING (processkey).
  command_processkey: "command_row (processkey)",
  command_slow: "command_row (longest_ms) WHERE longest_ms >= 1000",
  command_fatal: "command_row (source_id, track_line_no) WHERE flags & 16384",
  // Covers the walk over what was waited for, which is a small part of what was held.
  table_use_contended: "table_use (worst_ms, total_read_wait_ms, total_write_wait_ms) WHERE worst_ms >= 100",
  capture_row_monitor: "monitor_row (source_id, line_no)",
  capture_row_os_lock: "os_lock (source_id, line_no)",
  capture_row_open_file: "open_file (source_id, line_no)",
  capture_row_measurement: "measurement (source_id, line_no)",
  capture_row_os_process: "os_process (source_id, line_no)",
  syslog_line_position: "syslog_line (source_id, line_no)",
  server_event_position: "server_event (source_id, line_no)",
};

/** Of a log of starts alone, where the others would be a fifth of the case: no ends to sweep over, no sections to join. */
const IF_STARTS_ALONE: Readonly<Record<string, string>> = {
  command_position: "command_row (source_id, line_no)",
  command_processkey: "",
};

export function createLateIndexes(db: Database.Database): void {
  db.exec("DROP INDEX IF EXISTS command_unfinished");
  const wereKept = hasLateIndexes(db);
  const hasSections = !isEmpty(db, "table_use");
  for (const [name, on] of Object.entries(INDEXES)) {
    const wanted = hasSections ? on : (IF_STARTS_ALONE[name] ?? on);
    if (wanted !== "") db.exec(`CREATE INDEX IF NOT EXISTS ${name} ON ${wanted}`);
  }
  // Where indexes were kept little was added, and what is known of them still holds.
  if (!wereKept) analyze(db);
  db.exec("INSERT OR REPLACE INTO meta (name, value) VALUES ('finalized', 'yes')");
}

/** A sample is enough to tell a large table from a small one, and does not read the case again. */
function analyze(db: Database.Database): void {
  db.pragma("analysis_limit = 400");
  db.exec("ANALYZE");
}

/** What a later rotation may still finish: few rows, needed only while rotations are joined. */
export function createJoinIndex(db: Database.Database): void {
  if (hasLateIndexes(db)) return; // command_position has the flags: going through it costs less than an index of its own
  db.exec("CREATE INDEX IF NOT EXISTS command_unfinished ON command_row (source_id, pid) WHERE flags & 2048");
}

/** Before rows are added: the case is unfinished again. */
export function markUnfinished(db: Database.Database): void {
  db.exec("DELETE FROM meta WHERE name = 'finalized'");
}

export function dropLateIndexes(db: Database.Database): void {
  for (const name of ["command_unfinished", ...Object.keys(INDEXES)]) db.exec(`DROP INDEX IF EXISTS ${name}`);
}

function hasLateIndexes(db: Database.Database): boolean {
  return (
    db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = 'command_position'").get() !== undefined
  );
}

function isEmpty(db: Database.Database, table: string): boolean {
  return db.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() === undefined;
}

/** An ingest ran to its end and nothing was added since. */
export function isFinalized(db: Database.Database): boolean {
  return db.prepare("SELECT 1 FROM meta WHERE name = 'finalized'").get() !== undefined;
}
