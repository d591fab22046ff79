import { logTime } from "../../../base/time.js";
import { COMMAND_FLAG } from "../../../contracts/record-batch.js";
import { COMMAND } from "../p4d-text/columns.js";
import { isNoCompletionKind } from "../p4d-text/command-rules.js";
import { OpenCommand } from "../p4d-text/open-command.js";
import { addLibrarian, addTable } from "./log2sql-rows.js";
import { type Origin, secondsOf, text, type Values, whole } from "./log2sql-values.js";

const F = COMMAND_FLAG;

/** Columns of `command`, log2sql's names for them (database, JSON), and the factor to our unit. */
const NUMBERS: readonly (readonly [number, readonly string[], number])[] = [
  [COMMAND.compute_ms, ["computedLapse", "computeLapse"], 1000],
  [COMMAND.paused_ms, ["paused"], 1000],
  [COMMAND.cpu_user_ms, ["uCpu"], 1],
  [COMMAND.cpu_system_ms, ["sCpu"], 1],
  [COMMAND.disk_in, ["diskIn"], 1],
  [COMMAND.disk_out, ["diskOut"], 1],
  [COMMAND.ipc_in, ["ipcIn"], 1],
  [COMMAND.ipc_out, ["ipcOut"], 1],
  [COMMAND.max_rss_kb, ["maxRss"], 1],
  [COMMAND.page_faults, ["pageFaults"], 1],
  [COMMAND.mem_mb, ["memMB"], 1],
  [COMMAND.mem_peak_mb, ["memPeakMB"], 1],
  [COMMAND.rpc_msgs_in, ["rpcMsgsIn"], 1],
  [COMMAND.rpc_msgs_out, ["rpcMsgsOut"], 1],
  [COMMAND.rpc_size_in_mb, ["rpcSizeIn"], 1],
  [COMMAND.rpc_size_out_mb, ["rpcSizeOut"], 1],
  [COMMAND.rpc_himark_fwd, ["rpcHimarkFwd"], 1],
  [COMMAND.rpc_himark_rev, ["rpcHimarkRev"], 1],
  [COMMAND.rpc_snd_ms, ["rpcSnd"], 1000],
  [COMMAND.rpc_rcv_ms, ["rpcRcv"], 1000],
  [COMMAND.files_sent, ["fileTotalsSnd"], 1],
  [COMMAND.files_received, ["fileTotalsRcv"], 1],
  [COMMAND.files_sent_mb, ["fileTotalsSndMB", "fileTotalsSndMBytes"], 1],
  [COMMAND.files_received_mb, ["fileTotalsRcvMB", "fileTotalsRcvMBytes"], 1],
  [COMMAND.net_files_added, ["netSyncFilesAdded", "netFilesAdded"], 1],
  [COMMAND.net_files_updated, ["netSyncFilesUpdated", "netFilesUpdated"], 1],
  [COMMAND.net_files_deleted, ["netSyncFilesDeleted", "netFilesDeleted"], 1],
  [COMMAND.net_bytes_added, ["netSyncBytesAdded", "netBytesAdded"], 1],
  [COMMAND.net_bytes_updated, ["netSyncBytesUpdated", "netBytesUpdated"], 1],
];

/** What log2sql leaves out, said in `inputs[].notes`. */
export const LOST_BY_LOG2SQL = [
  "made by log2sql: no waits or holds of meta/* and clients/* locks, no text of errors, no life-cycle of the server",
  "made by log2sql: several background pulls and rmt-Journal calls of one process are counted as one; values of 0 may mean not logged",
];

/** A command with its children; null when it has no pid or start. */
export function commandOf(values: Values, tables: readonly Values[], origin: Origin): OpenCommand | null {
  const pid = whole(values.pid, 1);
  const startS = secondsOf(values.startTime);
  if (Number.isNaN(pid) || startS === null) return null;
  const key = text(values.processkey ?? values.processKey);
  const command = new OpenCommand(pid, startS, hashOf(key), 0);
  Object.assign(command, {
    ...{ sourceId: origin.sourceId, lineNo: origin.lineNo, byteOffset: origin.byteOffset },
    ...{ user: text(values.user), workspace: text(values.workspace), ip: text(values.ip), app: text(values.app) },
    ...{ cmd: text(values.cmd), args: text(values.args) || null },
    running: whole(values.running, 1) || 0,
  });
  command.set(command.cmd === "" ? F.anonymous : F.hasStart);
  if (key.includes(".")) command.set(F.duplicateKey);
  if (["1", "true"].includes(String(values.error ?? values.cmdError))) command.set(F.error);
  command.byteLength = Number.isNaN(origin.byteLength) ? Buffer.byteLength(startLine(command)) : origin.byteLength;
  addNumbers(command, values);
  for (const table of tables) addTable(command, table, origin);
  addLibrarian(command, values, origin);
  addEnd(command, values);
  return command;
}

function addNumbers(command: OpenCommand, values: Values): void {
  const columns = command.columns();
  for (const [column, names, factor] of NUMBERS) {
    const value = whole(
      names.map((name) => values[name]).find((found) => found !== undefined),
      factor,
    );
    // log2sql writes 0 for what was not logged.
    if (value !== 0) columns[column] = value;
  }
  if (!Number.isNaN(columns[COMMAND.max_rss_kb] as number)) command.set(F.hasTrack);
  if ((command.uses?.count ?? 0) > 0) command.set(F.hasTrack | F.hasTables);
}

function addEnd(command: OpenCommand, values: Values): void {
  if ((command.uses?.count ?? 0) > 0) command.set(F.hasTrack | F.hasTables);
  if (isNoCompletionKind(command.cmd, command.args)) {
    command.set(F.noCompletionKind);
    command.endS = command.startS;
    return;
  }
  const endS = secondsOf(values.endTime);
  if (endS === null) return;
  command.set(F.hasCompletion);
  command.endS = endS;
  command.columns()[COMMAND.lapse_ms] = whole(values.completedLapse, 1000);
}

/** 52 bits of the md5 that is its key. */
function hashOf(key: string): number {
  const digits = /^[0-9a-f]{13}/.exec(key)?.[0]; // 0dba4b2d4bf9c (of 32)
  return digits === undefined ? 0 : Number.parseInt(digits, 16);
}

/** The line of the log it was made from; the case then shows it as such. */
function startLine({ startS, pid, user, workspace, ip, app, cmd, args }: OpenCommand): string {
  const call = args === null ? cmd : `${cmd} ${args.split("\n")[0]}`;
  return `\t${logTime(startS * 1000)} pid ${pid} ${user}@${workspace} ${ip} [${app}] '${call}'`;
}
