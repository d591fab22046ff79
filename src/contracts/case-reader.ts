import type { Capability, EvidenceKind } from "./evidence.js";
import type { CapturedLock, CapturedProcess, EvidenceRef, LockCommand, LockUse } from "./lock-facts.js";

/** One command as analysis sees it. Instants in local ms (see lock-facts), durations in ms; null: not logged. */
export interface CommandFact {
  readonly commandId: number;
  readonly serverId: number;
  readonly pid: number;
  readonly user: string;
  readonly workspace: string;
  readonly ip: string;
  readonly app: string;
  readonly cmd: string;
  readonly args: string;
  readonly flags: number;
  readonly startMs: number;
  readonly endMs: number | null;
  readonly lapseMs: number | null;
  readonly computeMs: number | null;
  readonly pausedMs: number | null;
  readonly cpuMs: number | null;
  readonly rpcSndMs: number | null;
  readonly rpcRcvMs: number | null;
  readonly rpcMb: number | null;
  readonly memMb: number | null;
  readonly pagesIn: number;
  readonly scanRows: number;
  readonly putRows: number;
  /** Sum of all lock waits (read + write totals) of its sections; peeks apart. */
  readonly lockWaitMs: number;
  readonly peekHeldMs: number;
  readonly triggerMs: number;
  readonly ref: EvidenceRef;
  readonly endRef: EvidenceRef | null;
  readonly computeRef: EvidenceRef | null;
  readonly trackRef: EvidenceRef | null;
  /** Lines of the track block that say how the time was spent, where they were worth keeping. */
  readonly usageRef?: EvidenceRef | null;
  readonly pausedRef?: EvidenceRef | null;
  readonly rpcRef?: EvidenceRef | null;
}

/** What a command read and wrote of one table, and the line that says so. */
export interface TableRowsFact {
  readonly table: string;
  readonly scanRows: number;
  /** Rows written, deletions included. */
  readonly writtenRows: number;
  readonly ref: EvidenceRef;
}

/** One trigger run inside a command. */
export interface TriggerFact {
  readonly name: string;
  readonly lapseMs: number;
  readonly ref: EvidenceRef;
}

export interface ServerFact {
  readonly id: number;
  /** s1, s2 ... as in the document. */
  readonly label: string;
  readonly serverId: string | null;
  readonly instance: string | null;
  readonly role: "standard" | "commit" | "edge" | "replica" | "proxy" | "broker" | "unknown";
  readonly version: string | null;
  readonly configurables: Readonly<Record<string, string>>;
  /** Offset of the server's clock from UTC in minutes at the log's start; see timeZone. */
  readonly timeZone: string;
}

export interface ServerWindow {
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface ServerEventFact {
  readonly kind: string;
  readonly atMs: number;
  readonly pid: number | null;
  readonly values: readonly (number | null)[];
  readonly text: string;
  readonly ref: EvidenceRef;
}

export interface ServerErrorFact {
  readonly atMs: number | null;
  readonly pid: number | null;
  readonly operation: string;
  readonly text: string;
  readonly ref: EvidenceRef;
}

/** A line of the system's log, of a checkpoint log (tag `checkpoint`) or of a verify log (tag `verify`). */
export interface SyslogFact {
  readonly atMs: number | null;
  readonly host: string;
  readonly tag: string;
  /** The process that a kernel line is about (killed, hung, crashed), else the one that wrote the line. */
  readonly pid: number | null;
  /** See ingest/formats/syslog-class.ts: oom, hung-task, io-error, nvme, nfs-down, disk-full, p4d-unit-failed ... */
  readonly class: string;
  readonly text: string;
  readonly ref: EvidenceRef;
}

/** A trigger run with the command around it. */
export interface TriggerRun extends TriggerFact {
  readonly commandId: number;
  readonly cmd: string;
  readonly user: string;
  readonly startMs: number;
  /** Lapse of the whole command; null when it never completed. */
  readonly commandLapseMs: number | null;
}

/** Traffic of one command to another server (`--- rpc (address)`). */
export interface RemoteCall {
  readonly commandId: number;
  readonly cmd: string;
  readonly user: string;
  readonly startMs: number;
  readonly commandLapseMs: number | null;
  readonly address: string;
  readonly sndMs: number;
  readonly rcvMs: number;
  readonly ref: EvidenceRef;
}

/** Commands that are the same but for numbers in their arguments. */
export interface CommandSignature {
  readonly user: string;
  readonly app: string;
  readonly ip: string;
  readonly cmd: string;
  /** Arguments of the first one, digits masked with #, at most 200 characters. */
  readonly pattern: string;
  readonly count: number;
  readonly totalLapseMs: number;
  readonly longestMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Of these, how many have no completion, and how many began while an earlier one of the group was open. */
  readonly openCount: number;
  readonly overlapCount: number;
  readonly ref: EvidenceRef;
}

/** All that happened within one stretch of time. Sums over the commands that *ended* in it, but for `started`. */
export interface LoadBucket {
  readonly atMs: number;
  readonly started: number;
  readonly ended: number;
  readonly lapseMs: number;
  /** Median lapse of the commands that ended in it; null when none did. */
  readonly medianLapseMs: number | null;
  readonly cpuMs: number;
  readonly lockWaitMs: number;
  readonly peerMs: number;
  readonly pausedMs: number;
  readonly triggerMs: number;
  /** First command that started in it, else the first that ended in it. */
  readonly ref: EvidenceRef;
}

/** paused, compute, cpu: their times; peer: blocked sending to or waiting for the client; memory: peak in MB. */
export type CommandFigure = "paused" | "compute" | "cpu" | "peer" | "memory";

/** A stretch without any line of the P4LOG. */
export interface QuietStretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly before: EvidenceRef;
  readonly after: EvidenceRef;
  /** Commands open during it. */
  readonly running: number;
}

/**
 * Lines of the P4LOG that are or may be missing: what was to say between these instants may never have been read, and
 * what began before and never ended may have ended then.
 * `cut-short`: a file that ends too early, up to the next one; `torn`: a file of which much could not be read as a log;
 * `archive`: the archive itself ended early, so that nobody knows which files are missing; `silent`: a busy server that
 * wrote no line for a while, or whose lines of that while are gone.
 */
export interface LogLoss {
  readonly kind: "cut-short" | "torn" | "archive" | "silent";
  readonly fromMs: number;
  readonly toMs: number;
  readonly ref: EvidenceRef;
}

/**
 * One figure of a capture. `kind` is the EvidenceKind it came from. Names, and subjects where there are several:
 *
 * - df (mount point): total_bytes, used_bytes, free_bytes, used_percent; total_inodes, used_inodes, free_inodes,
 *   inodes_used_percent. Images and the kernel's own file systems are left out.
 * - vmstat, free, uptime (kind vmstat, no subject): runnable, blocked, swap_in_kb, swap_out_kb (a second), user_percent,
 *   system_percent, idle_percent, io_wait_percent, steal_percent, free_kb, swap_used_kb; memory_total_kb, memory_used_kb,
 *   memory_available_kb, swap_total_kb; load1, load5, load15, uptime_s. The head of `top` gives the same with kind top.
 * - iostat (device): await_ms, read_await_ms, write_await_ms, util_percent, queue, reads_per_s, writes_per_s; (cpu):
 *   user_percent, system_percent, io_wait_percent, steal_percent, idle_percent.
 * - pressure (cpu, memory, io): cpu_some_avg10 ... memory_full_avg60, io_full_avg300: RESOURCE_(some|full)_avg(10|60|300).
 * - diskspace (P4ROOT, P4JOURNAL, P4LOG, TEMP, journalPrefix, depot): free_bytes, used_bytes, total_bytes, used_percent.
 * - realtime (counter, e.g. rtv.db.lockwait): value, max (its high water).
 * - lockstat (db.rev, meta/db ...): read_locked, write_locked = 1; p4d does not say by whom.
 * - pull-state (empty for the replica itself, a ServerID of `p4 servers -J`): replica_journal, replica_sequence,
 *   master_journal, master_sequence, current_journal, current_sequence (a later journal of the master), applied_journal,
 *   applied_sequence, behind_journals, behind_bytes (only within one journal, or as p4d says), statefile_modified_s and
 *   server_time_s (same clock), transfers_active, transfers_total, bytes_active, bytes_total, oldest_change;
 *   replication_error = 1 where a position was -1, ticket_error = 1 for a P4PASSWD or session message.
 * - proxy-log (a minute each, at its first second): server_files, cache_files, server_bytes, cache_bytes.
 *
 * What vmstat and iostat print first is an average since the machine started; it tells nothing and is left out.
 */
export interface MeasurementFact {
  readonly kind: EvidenceKind;
  readonly subject: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string | null;
  readonly atMs: number | null;
  readonly text: string;
  readonly ref: EvidenceRef;
}

/** A row of ps or top. `state` is the kernel's letter (R, S, D, Z ...), memory in kB. */
export interface OsProcess {
  readonly captureId: number;
  readonly atMs: number | null;
  readonly pid: number;
  readonly parentPid: number | null;
  readonly state: string;
  readonly cpuPercent: number | null;
  readonly memoryPercent: number | null;
  readonly rssKb: number | null;
  readonly elapsedS: number | null;
  readonly cpuS: number | null;
  readonly user: string;
  readonly command: string;
  readonly waitChannel: string;
  readonly text: string;
  readonly ref: EvidenceRef;
}

/** How far two clocks of one case are apart, and what shows it. `skewMs` > 0: the capture's clock is ahead of the log's. */
export interface ClockSkew {
  readonly sourceId: number;
  readonly skewMs: number;
  readonly samples: number;
  /** `neighbour`: not this file, but one that was taken with the same clock. */
  readonly by: "monitor-rows" | "server-date" | "process-lines" | "neighbour";
  /** Where the instant came from that was corrected: told in the file, in its name, or only its date of modification. */
  readonly takenFrom: "content" | "name" | "mtime";
  readonly ref: EvidenceRef;
}

/** Read-only access to a case for the analysis wing. Every method answers for one server. Pure from the caller's view. */
export interface CaseReader {
  servers(): readonly ServerFact[];
  capabilities(serverId: number): ReadonlySet<Capability>;
  window(serverId: number): ServerWindow | null;
  commandCount(serverId: number): number;
  /**
   * Commands with any single-object wait or hold total >= minMs, every command that never completed, and every command
   * open when a capture shows its pid holding or waiting for a lock.
   */
  lockCommands(serverId: number, minMs: number): LockCommand[];
  /** Commands with any single-object hold total >= minMs, longest first. */
  lockHolders(serverId: number, minMs: number): LockCommand[];
  capturedLocks(serverId: number): readonly CapturedLock[];
  capturedProcesses(serverId: number): readonly CapturedProcess[];
  command(commandId: number): CommandFact | null;
  /** Trigger runs of a command, longest first. Empty where none was logged. */
  triggers(commandId: number): readonly TriggerFact[];
  /** Tables of a command of which many rows were scanned or written (few, for a long command); most rows first. */
  tableRows(commandId: number): readonly TableRowsFact[];
  /** Every lock of a command, as its track output tells it. */
  lockUses(commandId: number): readonly LockUse[];
  /** Longest first, at most `limit`; background kinds without completion are left out. */
  slowCommands(serverId: number, minLapseMs: number, limit: number): CommandFact[];
  /** Started, not completed, and of a kind that logs completions. */
  openCommands(serverId: number): CommandFact[];
  /** Commands open at some instant of [fromMs, toMs]. */
  commandsDuring(serverId: number, fromMs: number, toMs: number, limit: number): CommandFact[];
  /** Number of commands open, one point a change of second; background kinds are not counted. */
  runningCurve(serverId: number, fromMs: number, toMs: number): { atMs: number; running: number }[];
  events(serverId: number): ServerEventFact[];
  errors(serverId: number): ServerErrorFact[];
  syslog(serverId: number): SyslogFact[];
  /**
   * Commands by name (`user-login`), longest first; all arguments, completed or not, unless they have to have taken
   * `minLapseMs`.
   */
  commandsNamed(serverId: number, cmds: readonly string[], limit: number, minLapseMs?: number): CommandFact[];
  /**
   * Of the `limit` longest commands of this name, those that are the same but for numbers (user, program, address,
   * arguments) as one of them that took `longMs` or more, or of which the end is not known. In order of their length.
   */
  commandsLikeLong(serverId: number, cmd: string, limit: number, longMs: number): CommandFact[];
  /** Commands whose figure was at least this (ms; memory in MB), most first. */
  commandsBy(serverId: number, figure: CommandFigure, atLeast: number, limit: number): CommandFact[];
  /** Runs of at least `minMs`, longest first. */
  triggerRuns(serverId: number, minMs: number, limit: number): readonly TriggerRun[];
  /** Calls that waited at least `minMs` for another server, longest first. */
  remoteCalls(serverId: number, minMs: number, limit: number): RemoteCall[];
  /** Groups of at least `minCount` commands that started in [fromMs, toMs], largest first. */
  signatures(serverId: number, fromMs: number, toMs: number, minCount: number, limit: number): CommandSignature[];
  /** One bucket each `bucketMs` of the log, also where nothing happened. */
  load(serverId: number, bucketMs: number): LoadBucket[];
  quietStretches(serverId: number, minMs: number): QuietStretch[];
  /** In order of time. */
  logLosses(serverId: number): LogLoss[];
  /** In order of time; `kind` absent: all kinds. */
  measurements(serverId: number, kind?: EvidenceKind): MeasurementFact[];
  osProcesses(serverId: number): readonly OsProcess[];
  /** One a source whose clock differs from the log's by more than its resolution; its instants are given corrected. */
  clockSkews(serverId: number): ClockSkew[];
  /** The other server of the case that a `--- rpc (address)` leads to, null when it is not there. */
  serverAt(address: string): number | null;
  /**
   * What a remote call of this server was on the other server: commands of the same user there while the call's command
   * ran, likeliest first (same workspace, same client address, longest). Empty when that server's log is not in the case.
   */
  remoteCounterparts(call: RemoteCall): CommandFact[];
  /** Configurable by name, null when not captured. */
  configurable(serverId: number, name: string): string | null;
  /** The line's own text, null when it was not kept. */
  lineText(ref: EvidenceRef): string | null;
}
