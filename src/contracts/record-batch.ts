/**
 * The wire between the parsers (possibly in a worker) and the case writer.
 *
 * A batch is columnar: numbers travel in one transferable Float64Array, texts in one array. NaN stands for NULL.
 * One spec per table names the columns in order; the parser fills by position, the writer binds by position,
 * and a test holds the specs against the SQL of the migrations.
 */
export interface RecordTableSpec {
  readonly name: string;
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
}

/** Good for as long as the call that hands it over lasts: its memory is used again. */
export interface RecordBatch {
  readonly table: RecordTableName;
  readonly rowCount: number;
  /** Row-major, each row as long as the table has columns, unless there are `starts`. */
  readonly numbers: Float64Array;
  /** Where each row begins and, in the end, where the last one ends: columns beyond the end of a row are NULL. */
  readonly starts?: Uint32Array;
  /** rowCount x spec.texts.length, row-major; where there are `places`, each distinct text once. */
  readonly texts: readonly (string | null)[];
  /** Row-major: which of `texts` stands there. */
  readonly places?: Uint32Array;
}

/** Where the numbers of a row begin; `rowStart(batch, row + 1)` is where they end. */
export function rowStart({ table, starts }: RecordBatch, row: number): number {
  return starts === undefined ? row * RECORD_TABLES[table].numbers.length : (starts[row] as number);
}

/** A number of a batch by row and column. */
export function numberAt(batch: RecordBatch, row: number, column: number): number {
  const at = rowStart(batch, row) + column;
  return at < rowStart(batch, row + 1) ? (batch.numbers[at] as number) : Number.NaN;
}

/** Text number `index` of a batch, row-major. */
export function textAt({ texts, places }: RecordBatch, index: number): string | null {
  return texts[places === undefined ? index : (places[index] as number)] ?? null;
}

/** One row of a batch as a batch of its own, which outlives it. */
export function rowAlone(batch: RecordBatch, row: number): RecordBatch {
  const { table } = batch;
  const numbers = batch.numbers.slice(rowStart(batch, row), rowStart(batch, row + 1));
  const width = RECORD_TABLES[table].texts.length;
  const texts = Array.from({ length: width }, (_, index) => textAt(batch, row * width + index));
  return { table, rowCount: 1, numbers, starts: Uint32Array.of(0, numbers.length), texts };
}

/**
 * What one flush of a P4LOG parser hands over. `command_index` in the child tables counts commands of the same
 * batch from 0; the writer turns it into `command_id`.
 */
export interface CommandBatch {
  readonly commands: RecordBatch;
  readonly children: readonly RecordBatch[];
}

/** Bits of command.flags. */
export const COMMAND_FLAG = {
  hasStart: 1,
  hasCompletion: 2,
  hasTrack: 4,
  /** A track block with a real table section or lapse/usage line; reference words: "has track info". */
  hasTables: 8,
  /** Same pid, same second, same text as an earlier command of the log. */
  duplicateKey: 16,
  /** Arguments went over several lines; `args` holds all of them. */
  multiLineArgs: 32,
  /** The line was longer than the limit and was cut, or the log was torn there. */
  truncated: 64,
  /** An error block, `exited on fatal server error`, or a failed authentication named this command. */
  error: 128,
  /** A kind that never logs a completion (rmt-FileFetch, background pull -i, client-Stats ...). */
  noCompletionKind: 256,
  /** `exited unexpectedly, removed from monitor table` named this command while it was open. */
  removedFromMonitor: 512,
  /** Another command started on the pid while this one was open: it ended, nobody knows when. */
  supplanted: 1024,
  /** Open, or ended not long ago, when its source ended: a later rotation may add to it. */
  openAtSourceEnd: 2048,
  /** Identity (user, cmd, args) never seen: only a completion or compute line. */
  anonymous: 4096,
  failedAuth: 8192,
  fatalError: 16384,
} as const;

/** Instants are whole seconds of the server's local clock, counted as if it were UTC; see docs/case-database.md. */
export const RECORD_TABLES = {
  command: {
    name: "command",
    numbers: [
      "source_id",
      "line_no",
      "byte_offset",
      "byte_length",
      "flags",
      "pid",
      "start_s",
      "running",
      "key_hash",
      "end_s",
      "lapse_ms",
      "end_line_no",
      "end_byte_offset",
      "cpu_user_ms",
      "cpu_system_ms",
      "disk_in",
      "disk_out",
      "ipc_in",
      "ipc_out",
      "max_rss_kb",
      "page_faults",
      "track_line_no",
      "track_byte_offset",
      "track_lapse_ms",
      "mem_mb",
      "mem_peak_mb",
      "rpc_msgs_in",
      "rpc_msgs_out",
      "rpc_size_in_mb",
      "rpc_size_out_mb",
      "rpc_himark_fwd",
      "rpc_himark_rev",
      "rpc_snd_ms",
      "rpc_rcv_ms",
      "compute_line_no",
      "compute_byte_offset",
      "compute_s",
      "compute_ms",
      "end_source_id",
      "compute_source_id",
      "track_source_id",
      "usage_line_no",
      "paused_line_no",
      "rpc_line_no",
      "paused_ms",
      "rpc_errors",
      "lock_attempts",
      "files_sent",
      "files_received",
      "files_sent_mb",
      "files_received_mb",
      "net_files_added",
      "net_files_updated",
      "net_files_deleted",
      "net_bytes_added",
      "net_bytes_updated",
    ],
    texts: ["user", "workspace", "ip", "app", "cmd", "args"],
  },
  /** One row a `--- db.X`, `--- rdb.X`, or server-lock section of a command. `mode` is R, W or empty. */
  table_use: {
    name: "table_use",
    numbers: [
      "command_index",
      "ordinal",
      "source_id",
      "line_no",
      "byte_offset",
      "pages_in",
      "pages_out",
      "pages_cached",
      "read_locks",
      "write_locks",
      "get_rows",
      "pos_rows",
      "scan_rows",
      "put_rows",
      "del_rows",
      "lock_line_no",
      "lock_byte_offset",
      "total_read_wait_ms",
      "total_read_held_ms",
      "total_write_wait_ms",
      "total_write_held_ms",
      "max_line_no",
      "max_read_wait_ms",
      "max_read_held_ms",
      "max_write_wait_ms",
      "max_write_held_ms",
      "peek_count",
      "total_peek_wait_ms",
      "total_peek_held_ms",
      "max_peek_wait_ms",
      "max_peek_held_ms",
      "rows_line_no",
      "pages_split_internal",
      "pages_split_leaf",
      "pages_reordered_internal",
      "pages_reordered_leaf",
    ],
    /** `name`: db.have, rdb.lbr, meta/db, clients/my.ws (decoded); `mode`: R, W or "". */
    texts: ["name", "mode"],
  },
  trigger_use: {
    name: "trigger_use",
    numbers: ["command_index", "source_id", "line_no", "byte_offset", "lapse_ms"],
    texts: ["name"],
  },
  librarian_use: {
    name: "librarian_use",
    numbers: [
      "command_index",
      "source_id",
      "line_no",
      "byte_offset",
      "opens",
      "closes",
      "checkins",
      "exists_count",
      "reads",
      "read_bytes",
      "writes",
      "write_bytes",
      "digests",
      "file_sizes",
      "modtimes",
      "copies",
    ],
    /** Rcs, Binary, Compress, Uncompress. */
    texts: ["type"],
  },
  remote_rpc: {
    name: "remote_rpc",
    numbers: [
      "command_index",
      "source_id",
      "line_no",
      "byte_offset",
      "msgs_in",
      "msgs_out",
      "size_in_mb",
      "size_out_mb",
      "himark_fwd",
      "himark_rev",
      "snd_ms",
      "rcv_ms",
    ],
    texts: ["address"],
  },
  /** Header-less server lines: threads, pressure, life-cycle. `kind` names the meaning of v1..v4, see docs. */
  server_event: {
    name: "server_event",
    numbers: ["source_id", "line_no", "byte_offset", "time_s", "nanos", "pid", "v1", "v2", "v3", "v4"],
    texts: ["kind", "text"],
  },
  server_error: {
    name: "server_error",
    numbers: ["source_id", "line_no", "byte_offset", "time_s", "pid"],
    texts: ["operation", "text"],
  },
  /** Verbatim text of lines that a finding may cite. */
  evidence_line: {
    name: "evidence_line",
    numbers: ["source_id", "line_no", "byte_offset", "byte_length"],
    texts: ["text"],
  },
  /** One run of a capturing command (one file may hold several). */
  capture: {
    name: "capture",
    numbers: ["source_id", "capture_no", "line_no", "byte_offset", "taken_s", "taken_is_utc"],
    texts: ["kind", "taken_from"],
  },
  monitor_row: {
    name: "monitor_row",
    numbers: ["source_id", "capture_no", "line_no", "byte_offset", "pid", "elapsed_s"],
    texts: ["state", "user", "workspace", "cmd", "args", "app", "ip", "text"],
  },
  /** Locks of the operating system (lslocks) and of `monitor show -L`. `object` is the p4d name (db.rev, meta/db, clients/ws). */
  os_lock: {
    name: "os_lock",
    numbers: ["source_id", "capture_no", "line_no", "byte_offset", "pid", "waiting", "blocker_pid", "inode"],
    texts: ["command", "type", "mode", "path", "object", "text"],
  },
  open_file: {
    name: "open_file",
    numbers: ["source_id", "capture_no", "line_no", "byte_offset", "pid"],
    texts: ["command", "user", "fd", "lock", "path", "object", "text"],
  },
  syslog_line: {
    name: "syslog_line",
    numbers: ["source_id", "line_no", "byte_offset", "time_s", "time_is_utc", "pid"],
    texts: ["host", "tag", "class", "text"],
  },
  /** One figure of a capture: free bytes of a volume, await of a device, position of a replica. `unit` as in MeasurementFact. */
  measurement: {
    name: "measurement",
    numbers: ["source_id", "capture_no", "line_no", "byte_offset", "time_s", "time_is_utc", "value"],
    texts: ["kind", "subject", "name", "unit", "text"],
  },
  /** A row of ps or top. */
  os_process: {
    name: "os_process",
    numbers: [
      "source_id",
      "capture_no",
      "line_no",
      "byte_offset",
      "pid",
      "parent_pid",
      "cpu_percent",
      "memory_percent",
      "rss_kb",
      "elapsed_s",
      "cpu_s",
    ],
    texts: ["state", "user", "command", "wait_channel", "text"],
  },
  /** Which inode is which file: `stat -c '%i %n'`, `ls -li`, lsof. Turns the numbers of /proc/locks into names. */
  db_file: {
    name: "db_file",
    numbers: ["source_id", "line_no", "byte_offset", "inode", "bytes"],
    texts: ["path", "object"],
  },
  /** `p4 info`, `p4 configure show` and the collector's manifest, one row a line. */
  server_fact: {
    name: "server_fact",
    numbers: ["source_id", "line_no", "byte_offset"],
    texts: ["kind", "name", "value", "origin"],
  },
} as const satisfies Record<string, RecordTableSpec>;

export type RecordTableName = keyof typeof RECORD_TABLES;

/** A row by column name, for the low-volume kinds; `RowBatcher` in base turns rows into a RecordBatch. */
export type RecordRow = Readonly<Record<string, number | string | null>>;
