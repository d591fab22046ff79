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
  SyslogFact,
  TableRowsFact,
  TriggerFact,
  TriggerRun,
} from "../../src/contracts/case-reader.js";
import type { Capability } from "../../src/contracts/evidence.js";
import type { CapturedLock, CapturedProcess, EvidenceRef, LockCommand } from "../../src/contracts/lock-facts.js";
import { COMMAND_FLAG } from "../../src/contracts/record-batch.js";

/** 09:30:00 of an invented Tuesday, in local ms. */
const T0 = Date.UTC(2024, 4, 14, 9, 30, 0);
export const at = (seconds: number) => T0 + Math.round(seconds * 1000);

let line = 0;
export function ref(lineNo?: number, sourceId = 1): EvidenceRef {
  line += 1;
  const number = lineNo ?? line;
  return { sourceId, lineNo: number, byteOffset: number * 100 };
}

export const FULL_LOG: readonly Capability[] = ["command-start", "command-completion", "compute-phase", "table-track"];

/** What a fake case holds; everything has a harmless default. Plain lists belong to server 1. */
export interface FakeCase {
  servers: ServerFact[];
  capabilities: readonly Capability[] | ((serverId: number) => readonly Capability[]);
  window: { firstMs: number; lastMs: number } | null;
  commands: CommandFact[];
  lockCommands: LockCommand[];
  capturedLocks: CapturedLock[];
  capturedProcesses: CapturedProcess[];
  triggers: Record<number, TriggerFact[]>;
  tableRows: Record<number, TableRowsFact[]>;
  configurables: Record<string, string>;
  lines: Record<number, string>;
  events: ServerEventFact[];
  errors: ServerErrorFact[];
  syslog: SyslogFact[];
  triggerRuns: TriggerRun[];
  remoteCalls: RemoteCall[];
  signatures: CommandSignature[];
  load: LoadBucket[];
  quiet: QuietStretch[];
  losses: LogLoss[];
  measurements: MeasurementFact[];
  osProcesses: OsProcess[];
  clockSkews: ClockSkew[];
  counterparts: CommandFact[];
}

function figureOf(command: CommandFact, figure: CommandFigure): number {
  const { pausedMs, computeMs, cpuMs, rpcSndMs, rpcRcvMs, memMb } = command;
  const figures = {
    paused: pausedMs,
    compute: computeMs,
    cpu: cpuMs,
    peer: (rpcSndMs ?? 0) + (rpcRcvMs ?? 0),
    memory: memMb,
  };
  return figures[figure] ?? 0;
}

const BACKGROUND = /^(pull|rmt-|IDLE|client-Stats)/; // rmt-Journal

export function server(over: Partial<ServerFact> = {}): ServerFact {
  return {
    id: 1,
    label: "s1",
    serverId: "commit.1",
    instance: "1",
    role: "commit",
    version: "2023.2",
    configurables: {},
    timeZone: "UTC",
    ...over,
  };
}

/** A CaseReader over plain lists. Answers like the real one: longest first, background kinds left out, bounded. */
export function fakeReader(given: Partial<FakeCase> = {}): CaseReader {
  const parts: FakeCase = {
    servers: [server()],
    capabilities: FULL_LOG,
    window: { firstMs: T0, lastMs: at(600) },
    commands: [],
    lockCommands: [],
    capturedLocks: [],
    capturedProcesses: [],
    triggers: {},
    tableRows: {},
    configurables: {},
    lines: {},
    events: [],
    errors: [],
    syslog: [],
    triggerRuns: [],
    remoteCalls: [],
    signatures: [],
    load: [],
    quiet: [],
    losses: [],
    measurements: [],
    osProcesses: [],
    clockSkews: [],
    counterparts: [],
    ...given,
  };
  const mine = (serverId: number) => parts.commands.filter((command) => command.serverId === serverId);
  const longest = (serverId: number, cmds: readonly string[], limit: number) =>
    mine(serverId)
      .filter((command) => cmds.includes(command.cmd))
      .sort((a, b) => (b.lapseMs ?? 0) - (a.lapseMs ?? 0))
      .slice(0, limit);
  const first = <T>(serverId: number, list: T[]): T[] => (serverId === (parts.servers[0]?.id ?? 1) ? list : []);
  const endOf = (command: CommandFact) => command.endMs ?? Number.POSITIVE_INFINITY;
  return {
    servers: () => parts.servers,
    capabilities: (serverId) =>
      new Set(typeof parts.capabilities === "function" ? parts.capabilities(serverId) : parts.capabilities),
    window: () => parts.window,
    commandCount: (serverId) => mine(serverId).length,
    lockCommands: (serverId, minMs) =>
      first(serverId, parts.lockCommands).filter(
        (command) => command.endMs === null || command.uses.some((use) => use.waitMs >= minMs || use.heldMs >= minMs),
      ),
    lockHolders: (serverId, minMs) =>
      first(serverId, parts.lockCommands).filter((command) => command.uses.some((use) => use.heldMs >= minMs)),
    capturedLocks: (serverId) => first(serverId, parts.capturedLocks),
    capturedProcesses: (serverId) => first(serverId, parts.capturedProcesses),
    command: (commandId) => parts.commands.find((command) => command.commandId === commandId) ?? null,
    triggers: (commandId) => parts.triggers[commandId] ?? [],
    tableRows: (commandId) => parts.tableRows[commandId] ?? defaultRows(parts.commands, commandId),
    lockUses: (commandId) => parts.lockCommands.find((one) => one.commandId === commandId)?.uses ?? [],
    slowCommands: (serverId, minLapseMs, limit) =>
      mine(serverId)
        .filter((command) => (command.lapseMs ?? -1) >= minLapseMs)
        .sort((a, b) => (b.lapseMs ?? 0) - (a.lapseMs ?? 0))
        .slice(0, limit),
    openCommands: (serverId) =>
      mine(serverId).filter((command) => command.endMs === null && !BACKGROUND.test(command.cmd)),
    commandsDuring: (serverId, fromMs, toMs, limit) =>
      mine(serverId)
        .filter((command) => command.startMs <= toMs && endOf(command) >= fromMs)
        .slice(0, limit),
    runningCurve: (serverId, fromMs, toMs) => {
      const points: { atMs: number; running: number }[] = [];
      for (let ms = fromMs; ms <= toMs; ms += 1000) {
        const running = mine(serverId).filter((command) => command.startMs <= ms && endOf(command) > ms).length;
        if (points.at(-1)?.running !== running) points.push({ atMs: ms, running });
      }
      return points;
    },
    events: () => parts.events,
    errors: () => parts.errors,
    syslog: () => parts.syslog,
    commandsNamed: (serverId, cmds, limit) => longest(serverId, cmds, limit),
    commandsLikeLong: (serverId, cmd, limit) => longest(serverId, [cmd], limit),
    commandsBy: (serverId, figure, atLeast, limit) =>
      mine(serverId)
        .filter((command) => figureOf(command, figure) >= atLeast)
        .sort((a, b) => figureOf(b, figure) - figureOf(a, figure))
        .slice(0, limit),
    triggerRuns: (_serverId, minMs, limit) => parts.triggerRuns.filter((run) => run.lapseMs >= minMs).slice(0, limit),
    remoteCalls: (_serverId, minMs, limit) =>
      parts.remoteCalls.filter((call) => call.sndMs + call.rcvMs >= minMs).slice(0, limit),
    signatures: (_serverId, fromMs, toMs, minCount, limit) =>
      parts.signatures
        .filter((one) => one.count >= minCount && one.firstMs <= toMs && one.lastMs >= fromMs)
        .slice(0, limit),
    load: () => parts.load,
    quietStretches: (_serverId, minMs) => parts.quiet.filter((one) => one.toMs - one.fromMs >= minMs),
    logLosses: () => parts.losses,
    measurements: (_serverId, kind) => parts.measurements.filter((one) => kind === undefined || one.kind === kind),
    osProcesses: () => parts.osProcesses,
    clockSkews: () => parts.clockSkews,
    serverAt: (address) => parts.servers.find((one) => one.serverId === address)?.id ?? null,
    remoteCounterparts: () => parts.counterparts,
    configurable: (_serverId, name) => parts.configurables[name] ?? null,
    lineText: (place) => parts.lines[place.lineNo] ?? `line ${place.lineNo}`,
  };
}

/** One table with all the rows of a command that says how many it touched. */
function defaultRows(commands: readonly CommandFact[], commandId: number): TableRowsFact[] {
  const command = commands.find((one) => one.commandId === commandId);
  if (command?.trackRef == null || (command.scanRows === 0 && command.putRows === 0)) return [];
  return [{ table: "db.rev", scanRows: command.scanRows, writtenRows: command.putRows, ref: command.trackRef }];
}

/** A finished command of ten seconds that hurt nobody; `over` says what is special about it. */
export function command(over: Partial<CommandFact> & { commandId: number }): CommandFact {
  const startMs = over.startMs ?? T0;
  const lapseMs = over.lapseMs === undefined ? 10_000 : over.lapseMs;
  const endMs = over.endMs === undefined ? (lapseMs === null ? null : startMs + lapseMs) : over.endMs;
  return {
    serverId: 1,
    pid: 5000 + over.commandId,
    user: "ines",
    workspace: "ines_ws",
    ip: "10.9.8.7",
    app: "p4/2023.2/LINUX26X86_64/2519561",
    cmd: "user-fstat",
    args: "//stream/main/src/...",
    flags: COMMAND_FLAG.hasStart | COMMAND_FLAG.hasTrack | (endMs === null ? 0 : COMMAND_FLAG.hasCompletion),
    computeMs: null,
    pausedMs: null,
    cpuMs: null,
    rpcSndMs: null,
    rpcRcvMs: null,
    rpcMb: null,
    memMb: null,
    pagesIn: 0,
    scanRows: 0,
    putRows: 0,
    lockWaitMs: 0,
    peekHeldMs: 0,
    triggerMs: 0,
    ref: ref(),
    endRef: endMs === null ? null : ref(),
    computeRef: null,
    trackRef: endMs === null ? null : ref(),
    ...over,
    startMs,
    lapseMs,
    endMs,
  };
}
