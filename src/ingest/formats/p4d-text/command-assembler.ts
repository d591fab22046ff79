import { COMMAND_FLAG, type RecordRow, type RecordTableName } from "../../../contracts/record-batch.js";
import type { Block, BlockSink, PhaseLine } from "./block-reader.js";
import { COMMAND } from "./columns.js";
import type { CommandLine } from "./command-line.js";
import type { EdgeCollector } from "./edge-collector.js";
import { EvidenceLines } from "./evidence-lines.js";
import type { Interner } from "./interner.js";
import { LINE } from "./line-kinds.js";
import type { LineTable } from "./line-table.js";
import type { LogStats } from "./log-stats.js";
import { isPlausibleLapse, NumberFields } from "./number-fields.js";
import { OpenCommand } from "./open-command.js";
import { OpenCommands, type OpenLimits } from "./open-commands.js";
import type { ServerErrorBlock, ServerEvent } from "./server-lines.js";
import { CITED_MS, readUsage, TrackLines } from "./track-lines.js";
import { place } from "./track-sections.js";
import { TrackAccount } from "./track-account.js";
import { lapseMsOf, surveyTrack, TRACK } from "./track-survey.js";
import { fitsAnonymous, isNoCompletionKind, isSyncLike, pickForTrack } from "./command-rules.js";

const F = COMMAND_FLAG;

export interface AssemblerOutlet {
  command(command: OpenCommand): void;
  row(table: RecordTableName, row: RecordRow): void;
}

/** Puts the blocks of a log together to commands. `edges` is null when joining: then every block is taken here. */
export class CommandAssembler implements BlockSink {
  readonly open: OpenCommands;
  private readonly trackLines: TrackLines;
  private readonly evidence: EvidenceLines;
  private readonly lapse = new NumberFields();
  private readonly account: TrackAccount;
  /** The last sync with a `compute end`: network estimates are about it. */
  private lastSync: OpenCommand | null = null;

  constructor(
    private readonly outlet: AssemblerOutlet,
    private readonly names: Interner,
    private readonly stats: LogStats,
    private readonly edges: EdgeCollector | null,
    limits: OpenLimits,
  ) {
    this.account = new TrackAccount(names, stats);
    this.evidence = new EvidenceLines((row) => outlet.row("evidence_line", row));
    this.trackLines = new TrackLines(names, stats, {
      cite: (table, line) => this.evidence.line(table, line),
      remark: (table, line, command) => this.remark(table, line, command),
    });
    this.open = new OpenCommands(
      (command) => this.emit(command, false),
      (command) => this.emit(command, true),
      limits,
    );
  }

  /** Takes over a command of an earlier file, as the case has it. */
  adopt(command: OpenCommand): void {
    this.open.add(command);
    const numbers = command.numbers;
    if (numbers === null || !isSyncLike(command.cmd) || Number.isNaN(numbers[COMMAND.compute_line_no] as number)) return;
    const last = this.lastSync?.numbers?.[COMMAND.compute_line_no] ?? -1;
    if ((numbers[COMMAND.compute_line_no] as number) > last) this.lastSync = command;
  }

  command(line: CommandLine, block: Block): void {
    if (line.exited) this.removed(line, block);
    else if (line.trigger !== null) this.trigger(line, block);
    else if (block.to > block.track) this.track(line, block);
    else this.start(line, block);
  }

  completed(line: PhaseLine, block: Block): void {
    const { pid, timeS, lapseMs } = line;
    this.open.advance(timeS, true);
    let command = this.openFor(pid);
    if (command === null) {
      if (this.toHead(line, block)) return;
      command = this.anonymous(line, block);
    }
    this.open.sawEnd = true;
    this.open.uncount(command);
    command.set(F.hasCompletion);
    command.dirty = true;
    command.endS = timeS;
    const numbers = command.columns();
    if (isPlausibleLapse(lapseMs)) numbers[COMMAND.lapse_ms] = lapseMs;
    else if (timeS >= command.startS) numbers[COMMAND.lapse_ms] = (timeS - command.startS) * 1000;
    this.placePhase(block, command, COMMAND.end_line_no);
    const sourceId = block.table.sourceIds[block.message] as number;
    if (sourceId !== command.sourceId) numbers[COMMAND.end_source_id] = sourceId;
    readUsage(line.fields, command);
    this.open.settle(command);
    this.citeLapse(block, command, numbers[COMMAND.lapse_ms] as number);
  }

  compute(line: PhaseLine, block: Block): void {
    this.open.advance(line.timeS, true);
    let command = this.openFor(line.pid);
    if (command === null) {
      if (this.toHead(line, block)) return;
      command = this.anonymous(line, block);
      this.open.count(command);
    }
    command.dirty = true;
    if (isPlausibleLapse(line.lapseMs)) command.columns()[COMMAND.compute_ms] = line.lapseMs;
    this.placePhase(block, command, COMMAND.compute_line_no);
    if (isSyncLike(command.cmd)) this.lastSync = command;
    this.citeLapse(block, command, line.lapseMs);
  }

  /** `Server network estimates: files added/updated/deleted=1/2/3, bytes added/updated=111325/813906`, one a sync argument. */
  estimates(fields: NumberFields, block: Block): void {
    const command = this.lastSync;
    if (command === null || command.emitted) {
      if (command === null) this.keepForHead(block, null);
      return;
    }
    command.dirty = true;
    const numbers = command.columns();
    for (let i = 0; i < 5; i++) {
      const column = COMMAND.net_files_added + i;
      const value = fields.int();
      const sum = numbers[column] as number;
      numbers[column] = Number.isNaN(sum) ? value : sum + value;
    }
  }

  error(error: ServerErrorBlock, block: Block): void {
    const { pid, timeS } = error;
    this.open.advance(timeS, true);
    const command = this.open.newest(pid) ?? null;
    if (command === null && !Number.isNaN(pid) && this.edges !== null && !this.edges.hasStarted(pid)) {
      if (this.keepForHead(block, null)) return;
    }
    if (command !== null && !command.has(F.hasCompletion | F.hasTables) && sameOperation(command, error.operation)) {
      command.set(F.error);
      command.dirty = true;
    }
    const at = place(block.table, error.line);
    this.outlet.row("server_error", { ...at, time_s: timeS, pid, operation: error.operation, text: error.text });
    this.evidence.line(block.table, error.line);
  }

  event(event: ServerEvent): void {
    this.open.advance(event.timeS, true);
    if (event.kind === "active-threads") this.open.running = event.values[0] ?? 0;
    this.outlet.row("server_event", {
      source_id: event.sourceId,
      line_no: event.lineNo,
      byte_offset: event.byteOffset,
      time_s: event.timeS,
      nanos: event.nanos,
      pid: event.pid,
      v1: event.values[0] ?? null,
      v2: event.values[1] ?? null,
      v3: event.values[2] ?? null,
      v4: event.values[3] ?? null,
      kind: event.kind,
      text: event.text,
    });
  }

  /** Hands over what is left, in the state the end of the file left it. */
  finish(): void {
    for (const command of this.open.rest()) this.emit(command, isUnfinished(command));
  }

  private start(line: CommandLine, block: Block): void {
    this.open.advance(line.startS, true);
    const newest = this.open.newest(line.pid) ?? null;
    if (newest !== null && newest.keyHash === line.keyHash && isStartless(newest)) {
      newest.set(F.hasStart);
      newest.dirty = true;
      return;
    }
    const command = this.create(line, F.hasStart);
    if (command === null) this.stats.warn("malformed-command", block.table, block.message);
    else this.enter(command, newest);
  }

  /** A new command in front of its pid: what ran there before it has ended, whether or not the log says when. */
  private enter(command: OpenCommand, newest: OpenCommand | null): void {
    for (let older = newest; older !== null; older = older.older) {
      if (older.keyHash === command.keyHash) command.set(F.duplicateKey);
    }
    if (newest !== null && !newest.ended) {
      newest.set(F.supplanted);
      newest.dirty = true;
      this.open.uncount(newest);
      this.open.settle(newest);
    }
    this.open.add(command);
    if (!command.has(F.noCompletionKind)) this.open.count(command);
    command.running = this.open.running;
    if (command.has(F.noCompletionKind)) this.open.settle(command);
  }

  private create(line: CommandLine, flags: number): OpenCommand | null {
    const command = new OpenCommand(line.pid, line.startS, line.keyHash, line.textHash);
    if (!line.identify(command, this.names)) return null;
    command.set(flags);
    this.edges?.markStarted(line.pid);
    command.sourceId = line.sourceId;
    command.lineNo = line.lineNo;
    command.byteOffset = line.byteOffset;
    command.byteLength = line.byteLength;
    command.lineTail = line.trigger === null ? "" : ` trigger ${line.trigger}`;
    if (line.argsText !== null) command.set(F.multiLineArgs);
    if (line.cut) command.set(F.truncated);
    if (isNoCompletionKind(command.cmd, command.args)) {
      command.set(F.noCompletionKind);
      command.endS = command.startS;
    }
    return command;
  }

  private anonymous(line: PhaseLine, block: Block): OpenCommand {
    const lapseS = isPlausibleLapse(line.lapseMs) ? Math.floor(line.lapseMs / 1000) : 0;
    const command = new OpenCommand(line.pid, line.timeS - lapseS, 0, 0);
    command.set(F.anonymous);
    const at = place(block.table, block.message);
    command.sourceId = at.source_id as number;
    command.lineNo = at.line_no as number;
    command.byteOffset = at.byte_offset as number;
    command.byteLength = block.table.lengths[block.message] as number;
    command.running = this.open.running;
    this.edges?.markStarted(line.pid);
    this.open.add(command);
    return command;
  }

  /** The command that a `completed` or `compute end` of this pid is about. */
  private openFor(pid: number): OpenCommand | null {
    const newest = this.open.newest(pid);
    return newest === undefined || newest.has(F.hasCompletion | F.removedFromMonitor) ? null : newest;
  }

  /** A pid nothing began on here: its command began in an earlier file, or its start is lost. */
  private toHead(line: PhaseLine, block: Block): boolean {
    const { edges } = this;
    if (edges === null || (edges.hasStarted(line.pid) && !edges.followsHead(line.pid))) return false;
    return this.keepForHead(block, line.pid);
  }

  private keepForHead(block: Block, pid: number | null): boolean {
    if (this.edges === null) return false;
    if (this.edges.keep(block, pid, this.open.running)) return true;
    this.stats.warn("edge-overflow", block.table, block.message);
    return false;
  }

  private track(line: CommandLine, block: Block): void {
    const survey = surveyTrack(block.table, block.track, block.to);
    const target = this.targetOf(line, block, survey);
    if (target === null) {
      this.account.account(block);
      return;
    }
    const { command, suffix } = target;
    command.dirty = true;
    command.set(F.hasTrack);
    const numbers = command.columns();
    if (Number.isNaN(numbers[COMMAND.track_line_no] as number)) {
      numbers[COMMAND.track_line_no] = line.lineNo;
      numbers[COMMAND.track_byte_offset] = line.byteOffset;
    }
    this.trackLines.apply(block.table, block.track, block.to, command, suffix);
    if (survey === TRACK.final) this.endByTrack(command);
    else if (command.ended) this.open.settle(command);
  }

  private endByTrack(command: OpenCommand): void {
    command.set(F.hasTables);
    this.open.sawEnd = true;
    this.open.uncount(command);
    const lapseMs = command.columns()[COMMAND.track_lapse_ms] as number;
    if (!command.has(F.hasCompletion) && lapseMs >= 0) {
      command.endS = command.startS + Math.floor(lapseMs / 1000);
      if (!(command.endS <= this.stats.lastS)) this.stats.estimate(command.endS);
      this.open.advance(command.endS, false);
    }
    this.open.settle(command);
  }

  /** The command a track block is about: a known one, a new one, or none when the block went to the head edge. */
  private targetOf(line: CommandLine, block: Block, survey: number): { command: OpenCommand; suffix: string } | null {
    const newest = this.open.newest(line.pid) ?? null;
    const known = pickForTrack(newest, line.keyHash, survey);
    if (known !== null) return { command: known, suffix: "" };
    if (newest !== null && newest.has(F.anonymous) && fitsAnonymous(newest, line.startS)) {
      this.reveal(line, newest);
      return { command: newest, suffix: "" };
    }
    const repeated = newest !== null && newest.keyHash === line.keyHash;
    if (!repeated && survey === TRACK.replica && newest !== null && isLaterPart(newest, line)) {
      return { command: newest, suffix: "/later" };
    }
    if (!repeated && this.trackToHead(line, block, survey)) return null;
    const command = this.create(line, 0);
    if (command === null) {
      this.stats.warn("malformed-command", block.table, block.message);
      return null;
    }
    if (newest !== null && line.startS < newest.startS && !repeated) {
      command.running = this.open.running;
      this.open.addOlder(command, newest);
    } else this.enter(command, newest);
    return { command, suffix: "" };
  }

  private trackToHead(line: CommandLine, block: Block, survey: number): boolean {
    const { edges } = this;
    if (edges === null) return false;
    const follows = edges.followsHead(line.pid);
    const mayBeLaterPart = survey === TRACK.replica && !edges.hasStarted(line.pid) && !isBackground(block, line);
    if (!follows && !mayBeLaterPart && !edges.isEarlier(line.pid, line.startS, this.stats)) return false;
    if (survey === TRACK.final && Number.isNaN(this.stats.firstS)) {
      this.stats.estimate(line.startS + Math.floor(lapseMsOf(block) / 1000));
    }
    return this.keepForHead(block, edges.hasStarted(line.pid) ? null : line.pid);
  }

  /** A track block tells who ran what was known only by its completion. */
  private reveal(line: CommandLine, command: OpenCommand): void {
    if (!line.identify(command, this.names)) return;
    command.flags &= ~F.anonymous;
    command.startS = line.startS;
    command.keyHash = line.keyHash;
    command.textHash = line.textHash;
    if (line.argsText !== null) command.set(F.multiLineArgs);
    if (isSyncLike(command.cmd) && !Number.isNaN(command.columns()[COMMAND.compute_ms] as number)) this.lastSync = command;
  }

  /** `... 'user-change -i' trigger swarm.changesave` and `lapse .044s` behind it. */
  private trigger(line: CommandLine, block: Block): void {
    this.open.advance(line.startS, false);
    const target = this.targetOf(line, block, TRACK.intermediate);
    if (target === null) {
      this.account.account(block);
      return;
    }
    const { command } = target;
    command.dirty = true;
    command.set(F.hasTrack);
    const name = line.trigger as string;
    for (let at = block.track; at < block.to; at++) {
      if (block.table.kinds[at] !== LINE.lapse) continue;
      const ms = this.lapse.over(block.table.buf, block.table.starts[at] as number, block.table.ends[at] as number).durationMs();
      if ((command.rows?.length ?? 0) < 4000) command.addRow("trigger_use", { ...place(block.table, at), lapse_ms: ms, name });
      if (!(ms >= CITED_MS)) continue;
      this.evidence.line(block.table, at);
      command.cited = true;
    }
    this.trackLines.apply(block.table, block.track, block.to, command, "");
    if (command.ended) this.open.settle(command);
  }

  /** `... 'IDLE' exited unexpectedly, removed from monitor table.`: the time is when it was noticed. */
  private removed(line: CommandLine, block: Block): void {
    this.account.account(block);
    this.open.advance(line.startS, true);
    const command = this.open.newest(line.pid) ?? null;
    if (command === null && this.edges !== null && !this.edges.hasStarted(line.pid) && this.keepForHead(block, null)) return;
    if (command !== null && !command.ended) {
      command.set(F.removedFromMonitor | F.error);
      command.dirty = true;
      command.endS = Math.max(command.startS, line.startS);
      this.open.uncount(command);
      this.open.settle(command);
    }
    const { table, message } = block;
    this.evidence.line(table, message);
    this.event({
      kind: "removed-from-monitor",
      timeS: line.startS,
      nanos: Number.NaN,
      pid: line.pid,
      values: [],
      text: table.text(message).trim(),
      sourceId: line.sourceId,
      lineNo: line.lineNo,
      byteOffset: line.byteOffset,
    });
  }

  private remark(table: LineTable, line: number, command: OpenCommand): void {
    this.evidence.line(table, line);
    command.cited = true;
    const ended = Number.isNaN(command.endS) ? command.startS : command.endS;
    const text = table.text(line).slice(4);
    this.outlet.row("server_error", { ...place(table, line), time_s: ended, pid: command.pid, operation: command.cmd, text });
  }

  private placePhase(block: Block, command: OpenCommand, column: number): void {
    const numbers = command.columns();
    numbers[column] = block.table.lineNos[block.message] as number;
    numbers[column + 1] = block.table.offsets[block.message] as number;
  }

  private citeLapse(block: Block, command: OpenCommand, ms: number): void {
    if (!(ms >= CITED_MS)) return;
    this.evidence.line(block.table, block.message);
    command.cited = true;
  }

  private emit(command: OpenCommand, openAtEnd: boolean): void {
    if (command.emitted) return;
    command.emitted = true;
    if (openAtEnd) command.set(F.openAtSourceEnd);
    else command.flags &= ~F.openAtSourceEnd;
    if (!command.dirty) return;
    this.evidence.start(command);
    this.outlet.command(command);
  }
}

/** A later file may still say something about it. */
function isUnfinished(command: OpenCommand): boolean {
  if (command.has(F.noCompletionKind)) return !command.has(F.hasTrack);
  return !command.has(F.hasCompletion) || !command.has(F.hasTables);
}

/** Known only by an early trigger or lock block, so that the start line now read may be its own. */
function isStartless(command: OpenCommand): boolean {
  return !command.has(F.hasStart | F.hasCompletion | F.hasTables | F.noCompletionKind);
}

function sameOperation(command: OpenCommand, operation: string | null): boolean {
  return operation === null || command.cmd === null || command.cmd === operation;
}

/** Same words, later time: `--- rdb.lbr` blocks carry the time of their own use. */
function isLaterPart(newest: OpenCommand, line: CommandLine): boolean {
  return newest.textHash === line.textHash && line.startS > newest.startS && !newest.has(F.noCompletionKind);
}

function isBackground(block: Block, line: CommandLine): boolean {
  const { table, message } = block;
  const text = table.text(message);
  const quote = text.indexOf("] '");
  const [cmd = "", ...args] = text.slice(quote + 3).replace(/'$/, "").split(" ");
  return line.pid > 0 && isNoCompletionKind(cmd, args.join(" "));
}
