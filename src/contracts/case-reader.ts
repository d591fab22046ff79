import type { Capability } from "./evidence.js";
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

export interface SyslogFact {
  readonly atMs: number | null;
  readonly host: string;
  readonly tag: string;
  readonly pid: number | null;
  readonly class: string;
  readonly text: string;
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
  capturedLocks(serverId: number): CapturedLock[];
  capturedProcesses(serverId: number): CapturedProcess[];
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
  /** Configurable by name, null when not captured. */
  configurable(serverId: number, name: string): string | null;
  /** The line's own text, null when it was not kept. */
  lineText(ref: EvidenceRef): string | null;
}
