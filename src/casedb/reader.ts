import type Database from "better-sqlite3";
import type {
  CaseReader,
  ClockSkew,
  CommandFact,
  CommandFigure,
  CommandSignature,
  LoadBucket,
  LogLoss,
  MeasurementFact,
  OsProcess,
  QuietStretch,
  RemoteCall,
  ServerErrorFact,
  ServerEventFact,
  ServerFact,
  ServerWindow,
  SyslogFact,
  TableRowsFact,
  TriggerFact,
  TriggerRun,
} from "../contracts/case-reader.js";
import type { Capability, EvidenceKind } from "../contracts/evidence.js";
import type { CapturedLock, CapturedProcess, EvidenceRef, LockCommand, LockUse } from "../contracts/lock-facts.js";
import { CallReader } from "./call-reader.js";
import { CaptureReader } from "./capture-reader.js";
import { ColumnStore } from "./column-store.js";
import { CommandReader } from "./command-reader.js";
import { HostReader } from "./host-reader.js";
import { LineReader } from "./line-reader.js";
import { LoadReader } from "./load-reader.js";
import { LockReader } from "./lock-reader.js";
import { LogLineReader } from "./log-line-reader.js";
import { BUCKET_MS, fileLosses, QUIET_MS, silences } from "./loss-reader.js";
import { QuietReader } from "./quiet-reader.js";
import { RunningCurves } from "./running-curves.js";
import { ServerScope } from "./server-scope.js";
import { SignatureReader } from "./signature-reader.js";
import { SourceClocks } from "./source-clocks.js";

/** What the captures of a kind can answer. */
const CAPTURED: Readonly<Record<string, Capability>> = {
  monitor: "monitor",
  lslocks: "lslocks",
  "proc-locks": "lslocks",
  lsof: "lsof",
  lockstat: "lockstat",
  realtime: "realtime",
  "pull-state": "pull-state",
  df: "disk-space",
  diskspace: "disk-space",
  vmstat: "vm-statistics",
  iostat: "io-statistics",
  pressure: "pressure",
  ps: "process-list",
  top: "process-list",
};

/** The analysis wing's view of a finished case: one small reader per concern behind one contract. */
export class StoredCaseReader implements CaseReader {
  private readonly scope: ServerScope;
  private readonly columns: ColumnStore;
  private readonly commands: CommandReader;
  private readonly locks: LockReader;
  private readonly clocks: SourceClocks;
  private readonly captures: CaptureReader;
  private readonly logLines: LogLineReader;
  private readonly lines: LineReader;
  private readonly calls: CallReader;
  private readonly host: HostReader;
  private readonly day: LoadReader;
  private readonly pauses: QuietReader;
  private readonly alike: SignatureReader;
  private readonly curves = new Map<number, RunningCurves>();
  private readonly rows = new Map<string, readonly unknown[]>();
  private readonly losses = new Map<number, LogLoss[]>();
  private readonly known = new Map<number, ReadonlySet<Capability>>();

  constructor(private readonly db: Database.Database) {
    this.scope = new ServerScope(db);
    this.columns = new ColumnStore(db, this.scope);
    this.commands = new CommandReader(db, this.scope, this.columns);
    this.locks = new LockReader(db, this.columns);
    this.clocks = new SourceClocks(db, this.scope);
    this.captures = new CaptureReader(db, this.scope, this.clocks);
    this.logLines = new LogLineReader(db, this.scope);
    this.lines = new LineReader(db);
    this.calls = new CallReader(db, this.scope, this.columns, this.commands);
    this.host = new HostReader(db, this.scope, this.clocks);
    this.day = new LoadReader(db, this.columns);
    this.pauses = new QuietReader(db, this.scope, this.columns);
    this.alike = new SignatureReader(db, this.columns);
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
    return this.columns.of(serverId).count;
  }

  lockCommands(serverId: number, minMs: number): LockCommand[] {
    const captured = this.captures.lockPids(serverId);
    return this.locks.commands(serverId, minMs, captured);
  }

  lockHolders(serverId: number, minMs: number): LockCommand[] {
    return this.locks.holders(serverId, minMs);
  }

  capturedLocks(serverId: number): readonly CapturedLock[] {
    return this.once(`locks ${serverId}`, () => this.captures.locks(serverId));
  }

  capturedProcesses(serverId: number): readonly CapturedProcess[] {
    return this.once(`processes ${serverId}`, () => this.captures.processes(serverId));
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
    const curves = this.curves.get(serverId) ?? new RunningCurves(this.columns.of(serverId));
    this.curves.set(serverId, curves);
    return curves.of(fromMs, toMs);
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

  commandsNamed(serverId: number, cmds: readonly string[], limit: number, minLapseMs = 0): CommandFact[] {
    return this.commands.named(serverId, cmds, limit, minLapseMs);
  }

  commandsLikeLong(serverId: number, cmd: string, limit: number, longMs: number): CommandFact[] {
    return this.commands.likeLong(serverId, cmd, limit, longMs);
  }

  commandsBy(serverId: number, figure: CommandFigure, atLeast: number, limit: number): CommandFact[] {
    return this.commands.by(serverId, figure, atLeast, limit);
  }

  triggerRuns(serverId: number, minMs: number, limit: number): readonly TriggerRun[] {
    return this.calls.triggerRuns(serverId, minMs, limit);
  }

  remoteCalls(serverId: number, minMs: number, limit: number): RemoteCall[] {
    return this.calls.remoteCalls(serverId, minMs, limit);
  }

  signatures(serverId: number, fromMs: number, toMs: number, minCount: number, limit: number): CommandSignature[] {
    return this.alike.groups(serverId, fromMs, toMs, minCount, limit);
  }

  load(serverId: number, bucketMs: number): LoadBucket[] {
    const window = this.logLines.window(serverId);
    return window === null ? [] : this.day.buckets(serverId, window, bucketMs);
  }

  quietStretches(serverId: number, minMs: number): QuietStretch[] {
    return this.pauses.stretches(serverId, minMs);
  }

  logLosses(serverId: number): LogLoss[] {
    const known = this.losses.get(serverId);
    if (known !== undefined) return known;
    const window = this.logLines.window(serverId);
    const quiet = this.quietStretches(serverId, QUIET_MS);
    const silent = quiet.length === 0 ? [] : silences(quiet, this.load(serverId, BUCKET_MS));
    const torn = window === null ? [] : fileLosses(this.db, this.scope, serverId, window);
    const found = [...torn, ...silent].sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
    this.losses.set(serverId, found);
    return found;
  }

  measurements(serverId: number, kind?: EvidenceKind): MeasurementFact[] {
    return this.host.measurements(serverId, kind ?? null);
  }

  osProcesses(serverId: number): readonly OsProcess[] {
    return this.once(`os ${serverId}`, () => this.host.processes(serverId));
  }

  clockSkews(serverId: number): ClockSkew[] {
    return this.clocks.skews(serverId);
  }

  serverAt(address: string): number | null {
    return this.calls.serverAt(address);
  }

  remoteCounterparts(call: RemoteCall): CommandFact[] {
    return this.calls.counterparts(call);
  }

  configurable(serverId: number, name: string): string | null {
    return this.scope.servers.find(({ id }) => id === serverId)?.configurables[name] ?? null;
  }

  lineText(ref: EvidenceRef): string | null {
    return this.lines.text(ref);
  }

  /** Captures are asked for again with each command and each incident. */
  private once<T>(name: string, read: () => readonly T[]): readonly T[] {
    const known = (this.rows.get(name) as readonly T[] | undefined) ?? read();
    this.rows.set(name, known);
    return known;
  }

  private captureCapabilities(serverId: number): Capability[] {
    const counts = this.captures.counts(serverId);
    const found = [...new Set([...counts.keys()].flatMap((kind) => CAPTURED[kind] ?? []))];
    const server = this.scope.servers.find(({ id }) => id === serverId);
    if (Object.keys(server?.configurables ?? {}).length > 0) found.push("configurables");
    return found;
  }
}
