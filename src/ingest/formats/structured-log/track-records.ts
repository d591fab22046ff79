import { COMMAND, USE } from "../p4d-text/columns.js";
import type { OpenCommand } from "../p4d-text/open-command.js";
import { type LogRecord, lapseMs } from "./log-record.js";

interface Place {
  readonly source_id: number;
  readonly line_no: number;
  readonly byte_offset: number;
}

/** Columns of `command` and the fields they come from. */
const USAGE: readonly (readonly [number, string])[] = [
  [COMMAND.cpu_user_ms, "utime"],
  [COMMAND.cpu_system_ms, "stime"],
  [COMMAND.disk_in, "ioin"],
  [COMMAND.disk_out, "ioout"],
  [COMMAND.ipc_in, "netin"],
  [COMMAND.ipc_out, "netout"],
  [COMMAND.max_rss_kb, "maxrss"],
  [COMMAND.page_faults, "pagefaults"],
];
const NETWORK: readonly (readonly [number, string])[] = [
  [COMMAND.rpc_msgs_in, "msgsin"],
  [COMMAND.rpc_msgs_out, "msgsout"],
  [COMMAND.rpc_himark_fwd, "himarkfwd"],
  [COMMAND.rpc_himark_rev, "himarkrev"],
];
const DATABASE: readonly (readonly [number, string])[] = [
  [USE.pages_in, "pagesin"],
  [USE.pages_out, "pagesout"],
  [USE.pages_cached, "pagescached"],
  [USE.pages_split_internal, "splitinternal"],
  [USE.pages_split_leaf, "splitleaf"],
  [USE.pages_reordered_internal, "reorderinternal"],
  [USE.pages_reordered_leaf, "reorderleaf"],
  [USE.read_locks, "readlocks"],
  [USE.write_locks, "writelocks"],
  [USE.get_rows, "getrows"],
  [USE.pos_rows, "posrows"],
  [USE.scan_rows, "scanrows"],
  [USE.put_rows, "putrows"],
  [USE.del_rows, "delrows"],
  [USE.total_read_wait_ms, "totalreadwait"],
  [USE.total_read_held_ms, "totalreadheld"],
  [USE.total_write_wait_ms, "totalwritewait"],
  [USE.total_write_held_ms, "totalwriteheld"],
  [USE.max_read_wait_ms, "maxreadwait"],
  [USE.max_read_held_ms, "maxreadheld"],
  [USE.max_write_wait_ms, "maxwritewait"],
  [USE.max_write_held_ms, "maxwriteheld"],
  [USE.peek_count, "peekcount"],
  [USE.total_peek_wait_ms, "totalpeekwait"],
  [USE.total_peek_held_ms, "totalpeekheld"],
  [USE.max_peek_wait_ms, "maxpeekwait"],
  [USE.max_peek_held_ms, "maxpeekheld"],
];
const TRIGGER_TYPES = new Set(["trigger", "extension", "bgtask"]);

export function addUsage(command: OpenCommand, record: LogRecord): boolean {
  for (const [column, name] of USAGE) command.merge(column, whole(record.number(name)));
  return true;
}

/** Sizes stay out: no source says whether they are bytes or megabytes. */
export function addNetwork(command: OpenCommand, record: LogRecord): boolean {
  for (const [column, name] of NETWORK) command.merge(column, whole(record.number(name)));
  command.merge(COMMAND.rpc_snd_ms, lapseMs(record.text("snd"), Number.NaN));
  command.merge(COMMAND.rpc_rcv_ms, lapseMs(record.text("rcv"), Number.NaN));
  return true;
}

/** Adds the use of a table and answers its longest wait or hold in ms. */
export function addDatabaseUse(command: OpenCommand, record: LogRecord, at: Place): number {
  const table = record.text("table");
  const uses = command.useRows();
  const base = uses.add(/^[a-z]+$/i.test(table) ? `db.${table}` : table, "");
  const { numbers } = uses;
  numbers[base + USE.source_id] = at.source_id;
  for (const column of [USE.line_no, USE.lock_line_no, USE.max_line_no]) numbers[base + column] = at.line_no;
  for (const column of [USE.byte_offset, USE.lock_byte_offset]) numbers[base + column] = at.byte_offset;
  let longest = 0;
  for (const [column, name] of DATABASE) {
    const value = whole(record.number(name));
    numbers[base + column] = value;
    if (/wait$|held$/.test(name) && value > longest) longest = value; // totalreadwait
  }
  return longest;
}

/** False when the record's end is not the type and lapse it should be. */
export function addTrigger(command: OpenCommand, record: LogRecord, at: Place): boolean {
  const lapse = lapseMs(record.text("lapse"), Number.NaN);
  const isKnown = TRIGGER_TYPES.has(record.text("triggertype"));
  command.addRow("trigger_use", { ...at, lapse_ms: isKnown ? lapse : Number.NaN, name: record.text("trigger") });
  return true;
}

function whole(value: number): number {
  return Number.isFinite(value) ? Math.round(value) : Number.NaN;
}
