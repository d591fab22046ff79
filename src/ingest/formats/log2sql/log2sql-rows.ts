import { USE } from "../p4d-text/columns.js";
import { type OpenCommand, ROWS_PER_COMMAND } from "../p4d-text/open-command.js";
import { type Origin, type Values, whole } from "./log2sql-values.js";

/** Columns of `table_use` and log2sql's names for them. */
const COLUMNS: readonly (readonly [number, string])[] = [
  [USE.pages_in, "pagesIn"],
  [USE.pages_out, "pagesOut"],
  [USE.pages_cached, "pagesCached"],
  [USE.pages_split_internal, "pagesSplitInternal"],
  [USE.pages_split_leaf, "pagesSplitLeaf"],
  [USE.read_locks, "readLocks"],
  [USE.write_locks, "writeLocks"],
  [USE.get_rows, "getRows"],
  [USE.pos_rows, "posRows"],
  [USE.scan_rows, "scanRows"],
  [USE.put_rows, "putRows"],
  [USE.del_rows, "delRows"],
  [USE.total_read_wait_ms, "totalReadWait"],
  [USE.total_read_held_ms, "totalReadHeld"],
  [USE.total_write_wait_ms, "totalWriteWait"],
  [USE.total_write_held_ms, "totalWriteHeld"],
  [USE.max_read_wait_ms, "maxReadWait"],
  [USE.max_read_held_ms, "maxReadHeld"],
  [USE.max_write_wait_ms, "maxWriteWait"],
  [USE.max_write_held_ms, "maxWriteHeld"],
  [USE.peek_count, "peekCount"],
  [USE.total_peek_wait_ms, "totalPeekWait"],
  [USE.total_peek_held_ms, "totalPeekHeld"],
  [USE.max_peek_wait_ms, "maxPeekWait"],
  [USE.max_peek_held_ms, "maxPeekHeld"],
];

const LIBRARIAN_TYPES = ["Rcs", "Binary", "Compress", "Uncompress"];
const LIBRARIAN: readonly (readonly [string, readonly string[]])[] = [
  ["opens", ["Opens"]],
  ["closes", ["Closes"]],
  ["checkins", ["Checkins"]],
  ["exists_count", ["Exists"]],
  ["reads", ["Reads"]],
  ["read_bytes", ["ReadBytes"]],
  ["writes", ["Writes"]],
  ["write_bytes", ["WriteBytes"]],
  ["digests", ["Digests"]],
  ["file_sizes", ["FileSizes"]],
  ["modtimes", ["Modtimes", "ModTimes"]],
  ["copies", ["Copies"]],
];

/** A row of tableUse: a table, a storage lock, or a trigger under the name `trigger_NAME`. */
export function addTable(command: OpenCommand, values: Values, origin: Origin): void {
  const tableName = typeof values.tableName === "string" ? values.tableName : "";
  if ((command.uses?.count ?? 0) >= ROWS_PER_COMMAND || (command.rows?.length ?? 0) >= ROWS_PER_COMMAND) return;
  const at = { source_id: origin.sourceId, line_no: origin.lineNo, byte_offset: origin.byteOffset };
  if (tableName.startsWith("trigger_")) {
    const lapse_ms = whole(values.triggerLapse, 1000) || 0;
    command.addRow("trigger_use", { ...at, lapse_ms, name: tableName.slice(8) });
    return;
  }
  const { name, mode } = objectOf(tableName);
  const uses = command.useRows();
  const base = uses.add(name, mode);
  const { numbers } = uses;
  numbers[base + USE.source_id] = origin.sourceId;
  numbers[base + USE.line_no] = origin.lineNo;
  numbers[base + USE.byte_offset] = origin.byteOffset;
  for (const [column, key] of COLUMNS) {
    const value = number(values[key]);
    if (value !== 0) numbers[base + column] = value;
  }
}

/** `rev` is db.rev, `rdb.lbr` keeps its name, `storagemasterup_W` is the write lock storageup/storagemasterup. */
function objectOf(tableName: string): { name: string; mode: string } {
  const storage = /^(storage\w{0,60})_([RW])$/.exec(tableName); // storageup_R
  if (storage !== null) return { name: `storageup/${storage[1]}`, mode: storage[2] ?? "" };
  return { name: tableName === "rdb.lbr" ? tableName : `db.${tableName}`, mode: "" };
}

export function addLibrarian(command: OpenCommand, values: Values, origin: Origin): void {
  for (const type of LIBRARIAN_TYPES) {
    const row: Record<string, number | string | null> = { source_id: origin.sourceId, type };
    let used = false;
    for (const [column, names] of LIBRARIAN) {
      const value = number(names.map((name) => values[`lbr${type}${name}`]).find((found) => found !== undefined));
      row[column] = value;
      used ||= value > 0;
    }
    if (used) command.addRow("librarian_use", { ...row, line_no: origin.lineNo, byte_offset: origin.byteOffset });
  }
}

function number(value: unknown): number {
  return whole(value, 1) || 0;
}
