import { COMMAND_FLAG, type RecordRow, type RecordTableName } from "../../../contracts/record-batch.js";
import { type AssemblerMemory, lastSyncOf, memoryOf } from "./assembler-memory.js";
import type { Block, BlockSink, PhaseLine } from "./block.js";
import { CITED_MS, laterSource, place } from "./citation.js";
import { COMMAND } from "./columns.js";
import { CommandFactory } from "./command-factory.js";
import type { CommandLine } from "./command-line.js";
import { fitsAnonymous, isLaterPart, isStartless, isSyncLike, pickForTrack, sameOperation } from "./command-rules.js";
import type { EdgeCollector } from "./edge-collector.js";
import { EvidenceLines } from "./evidence-lines.js";
import { HeadEdge } from "./head-edge.js";
import type { Interner } from "./interner.js";
import { LINE } from "./line-kinds.js";
import type { LogStats } from "./log-stats.js";
import { isPlausibleLapse, LARGEST_FIGURE, NumberFields } from "./number-fields.js";
import { type OpenCommand, ROWS_PER_COMMAND } from "./open-command.js";
import { OpenCommands } from "./open-commands.js";
import type { ServerErrorBlock, ServerEvent } from "./server-lines.js";
import { ServerRecords } from "./server-records.js";
import { TrackAccount } from "./track-account.js";
import { readUsage, TrackLines } from "./track-lines.js";
import { surveyTrack, TRACK } from "./track-survey.js";

const F = COMMAND_FLAG;

export interface AssemblerOutlet {
  command(command: OpenCommand): void;
  row(table: RecordTableName, row: RecordRow): void;
}

/** Puts the blocks of a log together to commands. `edges` is null when joining: then every block is taken here. */
export class CommandAssembler implements BlockSink {
  readonly open: OpenCommands;
  private readonly factory: CommandFactory;
  private readonly head: HeadEdge;
  private readonly trackLines: TrackLines;
  private readonly account: TrackAccount;
  private readonly evidence: EvidenceLines;
  private readonly server: ServerRecords;
  private readonly lapse = new NumberFields();
  /** The last sync with a `compute end`: network estimates are about it. */
  private lastSync: OpenCommand | null = null;

  constructor(
    private readonly outlet: AssemblerOutlet,
    names: Interner,
    private readonly stats: LogStats,
    edges: EdgeCollector | null,
    mostOpen: number,
  ) {
    this.factory = new CommandFactory(names);
    this.head = new HeadEdge(edges, stats);
    this.account = new TrackAccount(names, stats);
    this.evidence = new EvidenceLines((row) => outlet.row("evidence_line", row));
    this.server = new ServerRecords((table, row) => outlet.row(table, row));
    this.trackLines = new TrackLines(names, stats, {
      cite: (table, line) => this.evidence.line(table, line),
      remark: (table, line, command) => {
        this.evidence.line(table, line);
        command.cited = true;
        this.server.remark(table, line, command);
      },
    });
    const emit = (command: OpenCommand) => this.emit(command, false);
    this.open = new OpenCommands(emit, (command) => this.emit(command, true), mostOpen);
  }

  /** Takes over a command of an earlier file, as the case has it. */
  adopt(command: OpenCommand): void {
    this.open.add(command);
    const computedAt = command.numbers?.[COMMAND.compute_line_no] ?? Number.NaN;
    if (!isSyncLike(command.cmd) || Number.isNaN(computedAt)) return;
    const known = this.lastSync;
    // Lines of two files don't compare; files come in time order.
    const isLater =
      known?.sourceId !== command.sourceId || !(computedAt < (known.numbers?.[COMMAND.compute_line_no] ?? 0));
    if (isLater) this.lastSync = command;
  }

  command(line: CommandLine, block: Block): void {
    if (line.exited) this.vanished(line, block);
    else if (line.trigger !== null) this.trigger(line, block);
    else if (block.to > block.track) this.track(line, block);
    else this.start(line, block);
  }

  completed(line: PhaseLine, block: Block): void {
    const { timeS, lapseMs } = line;
    this.open.advance(timeS, true);
    const command = this.commandOf(line, block);
    if (command === null) return;
    this.open.uncount(command);
    this.open.seeEnd();
    command.set(F.hasCompletion);
    command.endS = timeS;
    const numbers = command.columns();
    if (isPlausibleLapse(lapseMs)) numbers[COMMAND.lapse_ms] = lapseMs;
    else if (timeS >= command.startS) numbers[COMMAND.lapse_ms] = (timeS - command.startS) * 1000;
    this.placePhase(block, command, COMMAND.end_line_no, COMMAND.end_source_id);
    readUsage(line.fields, command);
    this.open.settle(command);
    this.citeLapse(block, command, numbers[COMMAND.lapse_ms] as number);
  }

  compute(line: PhaseLine, block: Block): void {
    this.open.advance(line.timeS, true);
    const command = this.commandOf(line, block);
    if (command === null) return;
    if (command.has(F.anonymous) && !command.counted) this.open.count(command);
    if (isPlausibleLapse(line.lapseMs)) command.columns()[COMMAND.compute_ms] = line.lapseMs;
    command.columns()[COMMAND.compute_s] = line.timeS;
    this.placePhase(block, command, COMMAND.compute_line_no, COMMAND.compute_source_id);
    if (isSyncLike(command.cmd)) this.lastSync = command;
    this.citeLapse(block, command, line.lapseMs);
  }

  /** `Server network estimates: files added/updated/deleted=1/2/3, bytes added/updated=10/20`, one a sync argument. */
  estimates(fields: NumberFields, block: Block): void {
    const command = this.lastSync;
    if (command === null) this.head.keep(block, null, this.open.running);
    if (command === null || command.emitted) return;
    command.dirty = true;
    const numbers = command.columns();
    for (let i = 0; i < 5; i++) {
      const column = COMMAND.net_files_added + i;
      const value = fields.int();
      const sum = numbers[column] as number;
      numbers[column] = Number.isNaN(sum) ? value : Math.min(LARGEST_FIGURE, sum + value);
    }
  }

  error(error: ServerErrorBlock, block: Block): void {
    this.open.advance(error.timeS, true);
    const command = this.open.newest(error.pid);
    if (command === undefined && this.head.takesMention(error.pid, block, this.open.running)) return;
    if (
      command !== undefined &&
      !command.has(F.hasCompletion | F.hasTables) &&
      sameOperation(command, error.operation)
    ) {
      command.set(F.error);
      command.dirty = true;
    }
    this.server.error(error, block.table);
    this.evidence.line(block.table, error.line);
  }

  event(event: ServerEvent): void {
    this.open.advance(event.timeS, true);
    if (event.kind === "active-threads") this.open.running = event.values[0] ?? 0;
    this.server.event(event);
  }

  /** What it would need to go on; see `resume`. */
  memory(): AssemblerMemory {
    const commands = [...this.open.rest()].filter(({ emitted }) => !emitted);
    return memoryOf(commands, this.open.memory(commands), this.evidence.openStarts, this.lastSync);
  }

  /** Goes on where another one ended: `commands` are those it had in memory, as the case has them. */
  resume(commands: readonly OpenCommand[], memory: AssemblerMemory): void {
    this.open.resume(commands, memory.open);
    this.evidence.openStarts = memory.openStarts;
    this.lastSync = lastSyncOf(commands, memory);
  }

  /**
   * Hands over what is left, in the state the end of the file left it. A later file may say something about any of it:
   * an end, a track block, that block once more, the same command again.
   */
  finish(): void {
    for (const command of this.open.rest()) this.emit(command, true);
  }

  private start(line: CommandLine, block: Block): void {
    this.open.advance(line.startS, true);
    const newest = this.open.newest(line.pid) ?? null;
    if (newest !== null && newest.keyHash === line.keyHash && isStartless(newest)) {
      newest.set(F.hasStart);
      newest.dirty = true;
      return;
    }
    if (this.isTornTop(line, block, newest)) return;
    const command = this.create(line, block, F.hasStart);
    if (command !== null) this.enter(command, newest);
  }

  /** The top of a later block of a command, torn: nothing begins here. Of which command, an earlier file may know. */
  private isTornTop(line: CommandLine, block: Block, newest: OpenCommand | null): boolean {
    if (!line.torn && !line.unclosed) return false;
    if (newest === null) return line.torn && this.head.keep(block, line.pid, this.open.running);
    return newest.startS === line.startS && line.begins(newest);
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
    if (command.has(F.noCompletionKind)) this.open.settle(command);
    else this.open.count(command);
    command.running = this.open.running;
  }

  private create(line: CommandLine, block: Block, flags: number): OpenCommand | null {
    const command = this.factory.named(line, flags);
    if (command === null) this.stats.warn("malformed-command", block.table, block.message);
    else this.head.markStarted(line.pid);
    return command;
  }

  /** The command a `completed` or `compute end` is about; null when the line went to the head edge. */
  private commandOf(line: PhaseLine, block: Block): OpenCommand | null {
    const newest = this.open.newest(line.pid);
    if (newest !== undefined && !newest.has(F.hasCompletion | F.removedFromMonitor)) {
      newest.dirty = true;
      return newest;
    }
    if (this.head.takesPhase(line, block, this.open.running)) return null;
    const command = this.factory.anonymous(line, block);
    command.running = this.open.running;
    this.head.markStarted(line.pid);
    this.open.add(command);
    return command;
  }

  private track(line: CommandLine, block: Block): void {
    const survey = surveyTrack(block.table, block.track, block.to);
    const target = this.targetOf(line, block, survey);
    if (target === null) return;
    const { command, suffix } = target;
    const numbers = command.columns();
    if (Number.isNaN(numbers[COMMAND.track_line_no] as number)) {
      numbers[COMMAND.track_line_no] = line.lineNo;
      numbers[COMMAND.track_byte_offset] = line.byteOffset;
      numbers[COMMAND.track_source_id] = laterSource(block.table.sourceIds[block.message] as number, command);
    }
    this.trackLines.apply(block.table, block.track, block.to, command, suffix);
    if (survey === TRACK.final) this.endByTrack(command);
    else if (command.ended) this.open.settle(command);
  }

  private endByTrack(command: OpenCommand): void {
    command.set(F.hasTables);
    this.open.seeEnd();
    this.open.uncount(command);
    const lapseMs = command.columns()[COMMAND.track_lapse_ms] as number;
    if (!command.has(F.hasCompletion) && lapseMs >= 0) {
      command.endS = command.startS + Math.floor(lapseMs / 1000);
      if (!(command.endS <= this.stats.lastS)) this.stats.estimate(command.endS);
      this.open.advance(command.endS, false);
    }
    this.open.settle(command);
  }

  /**
   * The command a track or trigger block is about: a known one or a new one. Null: the block went to the head edge, or
   * names nobody; its lines are accounted for.
   */
  private targetOf(line: CommandLine, block: Block, survey: number): { command: OpenCommand; suffix: string } | null {
    const newest = this.open.newest(line.pid) ?? null;
    const known = this.knownTarget(line, newest, survey);
    const command = known?.command ?? this.newTarget(line, block, newest, survey);
    if (command === null) {
      this.account.account(block);
      return null;
    }
    command.dirty = true;
    command.set(F.hasTrack);
    return { command, suffix: known?.suffix ?? "" };
  }

  private knownTarget(line: CommandLine, newest: OpenCommand | null, survey: number) {
    const command = pickForTrack(newest, line.keyHash, survey);
    if (command !== null) return { command, suffix: "" };
    if (newest === null || newest.keyHash === line.keyHash) return null;
    if (newest.has(F.truncated) && line.completes(newest)) {
      this.factory.reveal(line, newest);
      return { command: newest, suffix: "" };
    }
    if (newest.has(F.anonymous) && fitsAnonymous(newest, line.startS)) {
      this.factory.reveal(line, newest);
      const computed = !Number.isNaN(newest.columns()[COMMAND.compute_ms] as number);
      if (computed && isSyncLike(newest.cmd)) this.lastSync = newest;
      return { command: newest, suffix: "" };
    }
    return survey === TRACK.replica && isLaterPart(newest, line.textHash, line.startS)
      ? { command: newest, suffix: "/later" }
      : null;
  }

  private newTarget(line: CommandLine, block: Block, newest: OpenCommand | null, survey: number): OpenCommand | null {
    const repeated = newest !== null && newest.keyHash === line.keyHash;
    // What begins after a command that began here is no earlier file's.
    const isLater = newest?.has(F.hasStart) === true && line.startS > newest.startS;
    if (!repeated && !isLater && this.head.takesTrack(line, block, survey, this.open.running)) return null;
    const command = this.create(line, block, 0);
    if (command === null) return null;
    if (newest !== null && line.startS < newest.startS && !repeated) {
      command.running = this.open.running;
      this.open.addOlder(command, newest);
    } else this.enter(command, newest);
    return command;
  }

  /** `... 'user-change -i' trigger swarm.changesave` and `lapse .044s` behind it. */
  private trigger(line: CommandLine, block: Block): void {
    this.open.advance(line.startS, false);
    const target = this.targetOf(line, block, TRACK.intermediate);
    if (target === null) return;
    const { command } = target;
    const { table } = block;
    for (let at = block.track; at < block.to; at++) {
      if (table.kinds[at] !== LINE.lapse) continue;
      const lapse_ms = this.lapse.over(table.buf, table.starts[at] as number, table.ends[at] as number).durationMs();
      if ((command.rows?.length ?? 0) < ROWS_PER_COMMAND) {
        command.addRow("trigger_use", { ...place(table, at), lapse_ms, name: line.trigger });
      }
      if (!(lapse_ms >= CITED_MS)) continue;
      this.evidence.line(table, at);
      command.cited = true;
    }
    this.trackLines.apply(table, block.track, block.to, command, "");
    if (command.ended) this.open.settle(command);
  }

  /** `... 'IDLE' exited unexpectedly, removed from monitor table.`: the time is when it was noticed. */
  private vanished(line: CommandLine, block: Block): void {
    this.account.account(block);
    this.open.advance(line.startS, true);
    const command = this.open.newest(line.pid);
    if (command === undefined && this.head.takesMention(line.pid, block, this.open.running)) return;
    if (command !== undefined && !command.ended) {
      command.set(F.removedFromMonitor | F.error);
      command.dirty = true;
      command.endS = Math.max(command.startS, line.startS);
      this.open.uncount(command);
      this.open.settle(command);
    }
    this.evidence.line(block.table, block.message);
    this.server.vanished(line, block);
  }

  private placePhase(block: Block, command: OpenCommand, column: number, sourceColumn: number): void {
    const numbers = command.columns();
    numbers[column] = block.table.lineNos[block.message] as number;
    numbers[column + 1] = block.table.offsets[block.message] as number;
    numbers[sourceColumn] = laterSource(block.table.sourceIds[block.message] as number, command);
  }

  private citeLapse(block: Block, command: OpenCommand, ms: number): void {
    if (!(ms >= CITED_MS)) return;
    this.evidence.line(block.table, block.message);
    command.cited = true;
  }

  private emit(command: OpenCommand, mayGoOn: boolean): void {
    if (command.emitted) return;
    command.emitted = true;
    if (mayGoOn) command.set(F.openAtSourceEnd);
    else command.flags &= ~F.openAtSourceEnd;
    if (!command.dirty) return;
    this.evidence.start(command);
    this.outlet.command(command);
  }
}
