import { COMMAND_FLAG, type RecordRow } from "../../src/contracts/record-batch.js";
import type { ParsedCommand } from "./parse-log.js";

/** A record with the reference's field names; zero, empty and false values left out. */
export type ReferenceRecord = Record<string, unknown>;

const COMMAND_NAMES: Readonly<Record<string, string>> = {
  cpu_user_ms: "uCpu",
  cpu_system_ms: "sCpu",
  disk_in: "diskIn",
  disk_out: "diskOut",
  ipc_in: "ipcIn",
  ipc_out: "ipcOut",
  max_rss_kb: "maxRss",
  page_faults: "pageFaults",
  mem_mb: "memMB",
  mem_peak_mb: "memPeakMB",
  rpc_msgs_in: "rpcMsgsIn",
  rpc_msgs_out: "rpcMsgsOut",
  rpc_size_in_mb: "rpcSizeIn",
  rpc_size_out_mb: "rpcSizeOut",
  rpc_himark_fwd: "rpcHimarkFwd",
  rpc_himark_rev: "rpcHimarkRev",
  files_sent: "fileTotalsSnd",
  files_received: "fileTotalsRcv",
  files_sent_mb: "fileTotalsSndMBytes",
  files_received_mb: "fileTotalsRcvMBytes",
  net_files_added: "netFilesAdded",
  net_files_updated: "netFilesUpdated",
  net_files_deleted: "netFilesDeleted",
  net_bytes_added: "netBytesAdded",
  net_bytes_updated: "netBytesUpdated",
};

const LBR_NAMES: Readonly<Record<string, string>> = {
  opens: "Opens",
  closes: "Closes",
  checkins: "Checkins",
  exists_count: "Exists",
  reads: "Reads",
  read_bytes: "ReadBytes",
  writes: "Writes",
  write_bytes: "WriteBytes",
  digests: "Digests",
  file_sizes: "FileSizes",
  modtimes: "ModTimes",
  copies: "Copies",
};

/** A command as the trusted parser would print it: the same rules as the views `process` and `tableUse`. */
export function referenceRecord(command: ParsedCommand): ReferenceRecord {
  const { row } = command;
  const record: ReferenceRecord = {
    lineNo: Number(row.line_no) - 1,
    pid: row.pid,
    user: row.user,
    workspace: row.workspace,
    ip: row.ip,
    app: row.app,
    cmd: row.cmd,
    args: referenceArgs(command),
    startTime: logTime(row.start_s),
    endTime: row.end_s === null ? "0001/01/01 00:00:00" : logTime(row.end_s),
    computeLapse: seconds(row.compute_ms),
    completedLapse: seconds(lapseOf(row)),
    paused: seconds(row.paused_ms),
    rpcSnd: seconds(row.rpc_snd_ms),
    rpcRcv: seconds(row.rpc_rcv_ms),
    running: row.running,
    cmdError: (Number(row.flags) & COMMAND_FLAG.error) !== 0,
    tables: tablesOf(command),
  };
  for (const [ours, theirs] of Object.entries(COMMAND_NAMES)) record[theirs] = row[ours];
  for (const lbr of command.librarian) {
    for (const [ours, theirs] of Object.entries(LBR_NAMES)) record[`lbr${lbr.type}${theirs}`] = lbr[ours];
  }
  return withoutZeros(record);
}

function tablesOf(command: ParsedCommand): ReferenceRecord[] {
  const byName = new Map<string, ReferenceRecord>();
  for (const use of command.tables) {
    const tableName = referenceTable(String(use.name), String(use.mode));
    if (tableName !== null) byName.set(tableName, { tableName, ...camelCased(use) });
  }
  for (const { name, lapse_ms } of command.triggers) {
    if (Number(lapse_ms) > 0)
      byName.set(`trigger_${name}`, { tableName: `trigger_${name}`, triggerLapse: seconds(lapse_ms) });
  }
  return [...byName.values()].map(withoutZeros).sort((a, b) => (String(a.tableName) < String(b.tableName) ? -1 : 1));
}

function referenceTable(name: string, mode: string): string | null {
  if (name.startsWith("db.")) return name.slice(3);
  if (name === "rdb.lbr") return name;
  return name.startsWith("storageup/") ? `${name.slice(10)}_${mode}` : null;
}

/** `total_read_wait_ms` is the reference's `totalReadWait`. */
function camelCased(use: RecordRow): ReferenceRecord {
  const record: ReferenceRecord = {};
  for (const [name, value] of Object.entries(use)) {
    if (/^(command_index|ordinal|source_id|.*line_no|.*byte_offset|name|mode|pages_reordered.*)$/.test(name)) continue;
    record[name.replace(/_ms$/, "").replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())] = value;
  }
  return record;
}

/** Only the first line, without a JSON tail; the reference keeps the blank before arguments that go on. */
function referenceArgs({ row }: ParsedCommand): string {
  const args = String(row.args ?? "");
  if ((Number(row.flags) & COMMAND_FLAG.multiLineArgs) !== 0) return ` ${args.split("\n")[0]}`;
  return args.replace(/ ?\{.*\}$/s, "");
}

/** Whichever of the two lines came later. */
function lapseOf(row: RecordRow): RecordRow[string] | undefined {
  if (row.track_lapse_ms === null) return row.lapse_ms;
  if (row.lapse_ms === null) return row.track_lapse_ms;
  return Number(row.track_line_no) > Number(row.end_line_no) ? row.track_lapse_ms : row.lapse_ms;
}

function withoutZeros(record: ReferenceRecord): ReferenceRecord {
  const kept = Object.entries(record).filter(
    ([, value]) => value && !(Array.isArray(value) && value.length === 0) && !Number.isNaN(value),
  );
  return Object.fromEntries(kept);
}

function seconds(ms: unknown): number {
  return Number(ms ?? 0) / 1000;
}

function logTime(secondsAsUtc: unknown): string {
  return new Date(Number(secondsAsUtc) * 1000).toISOString().slice(0, 19).replace("T", " ").replaceAll("-", "/");
}
