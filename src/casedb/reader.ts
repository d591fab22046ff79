import type Database from "better-sqlite3";
import type {
  CaseReader,
  CommandFact,
  ServerErrorFact,
  ServerEventFact,
  ServerFact,
  ServerWindow,
  SyslogFact,
  TableRowsFact,
  TriggerFact,
} from "../contracts/case-reader.js";
import type { Capability } from "../contracts/evidence.js";
import type { CapturedLock, CapturedProcess, EvidenceRef, LockCommand, LockUse } from "../contracts/lock-facts.js";
import { CaptureReader } from "./capture-reader.js";
import { CommandReader } from "./command-reader.js";
import { readRunningCurve } from "./concurrency-reader.js";
import { LineReader } from "./line-reader.js";
import { LockReader } from "./lock-reader.js";
import { LogLineReader } from "./log-line-reader.js";
import { ServerScope } from "./server-scope.js";

/** The analysis wing's view of a finished case: one small reader per concern behind one contract. */
export class StoredCaseReader implements CaseReader {
  private readonly scope: ServerScope;
  private readonly commands: CommandReader;
  private readonly locks: LockReader;
  private readonly captures: CaptureReader;
  private readonly logLines: LogLineReader;
  private readonly lines: LineReader;
  private readonly known = new Map<number, ReadonlySet<Capability>>();

  constructor(private readonly db: Database.Database) {
    this.scope = new ServerScope(db);
    this.commands = new CommandReader(db, this.scope);
    this.locks = new LockReader(db, this.scope);
    this.captures = new CaptureReader(db, this.scope);
    this.logLines = new LogLineReader(db, this.scope);
    this.lines = new LineReader(db);
  }

  servers(): readonly ServerFact[] {
    return this.scope.servers;
  }

  capabilities(serverId: number): ReadonlySet<Capability> {
    let known = this.known.get(serverId);
    if (known === undefined) {
      known = new Set([...this.logLines.capabilities(serverId), ...this.captureCapabilities(serverId)]);
      this.known.set(serverId, known);
    }
    return known;
  }

  window(serverId: number): ServerWindow | null {
    return this.logLines.window(serverId) ?? this.captures.window(serverId);
  }

  commandCount(serverId: number): number {
    return this.logLines.commandCount(serverId);
  }

  lockCommands(serverId: number, minMs: number): LockCommand[] {
    const captured = this.captures.lockPids(serverId);
    return this.locks.commands(serverId, minMs, this.commands.hasCompletions(serverId), captured);
  }

  capturedLocks(serverId: number): CapturedLock[] {
    return this.captures.locks(serverId);
  }

  capturedProcesses(serverId: number): CapturedProcess[] {
    return this.captures.processes(serverId);
  }

  command(commandId: number): CommandFact | null {
    return this.commands.one(commandId);
  }

  triggers(commandId: number): readonly TriggerFact[] {
    return this.commands.triggers(commandId);
  }

  tableRows(commandId: number): readonly TableRowsFact[] {
    return this.commands.tableRows(commandId);
  }

  lockUses(commandId: number): readonly LockUse[] {
    return this.locks.uses(commandId);
  }

  slowCommands(serverId: number, minLapseMs: number, limit: number): CommandFact[] {
    return this.commands.slow(serverId, minLapseMs, limit);
  }

  openCommands(serverId: number): CommandFact[] {
    return this.commands.open(serverId);
  }

  commandsDuring(serverId: number, fromMs: number, toMs: number, limit: number): CommandFact[] {
    return this.commands.during(serverId, fromMs, toMs, limit);
  }

  runningCurve(serverId: number, fromMs: number, toMs: number): { atMs: number; running: number }[] {
    return readRunningCurve(this.db, this.scope, serverId, fromMs, toMs);
  }

  events(serverId: number): ServerEventFact[] {
    return this.logLines.events(serverId);
  }

  errors(serverId: number): ServerErrorFact[] {
    return this.logLines.errors(serverId);
  }

  syslog(serverId: number): SyslogFact[] {
    return this.captures.syslog(serverId);
  }

  configurable(serverId: number, name: string): string | null {
    return this.scope.servers.find(({ id }) => id === serverId)?.configurables[name] ?? null;
  }

  lineText(ref: EvidenceRef): string | null {
    return this.lines.text(ref);
  }

  private captureCapabilities(serverId: number): Capability[] {
    const counts = this.captures.counts(serverId);
    const found: Capability[] = (["monitor", "lslocks", "lsof"] as const).filter((kind) => counts.has(kind));
    const server = this.scope.servers.find(({ id }) => id === serverId);
    if (Object.keys(server?.configurables ?? {}).length > 0) found.push("configurables");
    return found;
  }
}
