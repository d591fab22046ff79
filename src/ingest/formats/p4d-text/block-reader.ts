import type { Block, BlockSink, PhaseLine } from "./block.js";
import { ascii, MINUS, startsWith } from "./bytes.js";
import { CommandLine, pidBefore } from "./command-line.js";
import {
  closesArguments,
  closingQuote,
  isCompleted,
  isCompute,
  isNoise,
  kindOfLine,
  LINE,
  messageAt,
  opensArguments,
} from "./line-kinds.js";
import type { LineTable } from "./line-table.js";
import type { LogStats } from "./log-stats.js";
import { NumberFields } from "./number-fields.js";
import { ServerLines } from "./server-lines.js";
import { LogClock, skipIndent } from "./time-fields.js";

const ESTIMATES = ascii("Server network estimates:");

const CLOSED = 0;
const INFO = 1;
const ERROR = 2;
const FOREIGN = 3;
/** An info block whose message was read. */
const READ = 4;

/** Lines of a region to calls on a sink, and every line to the account. */
export class BlockReader {
  private readonly clock = new LogClock();
  private readonly command = new CommandLine();
  private readonly phase: PhaseLine = { pid: 0, timeS: 0, lapseMs: 0, fields: new NumberFields() };
  private readonly server = new ServerLines(this.clock);
  private header = 0;
  private warning = false;
  /** Indented lines go on a debug line, even behind a blank one. */
  mapNoise = false;
  private torn = false;

  constructor(
    private readonly sink: BlockSink,
    private readonly stats: LogStats,
  ) {}

  /**
   * Reads the first `lines` lines of the table. `inside`: the region begins behind a header that is lost; `torn`: what
   * follows its last line is lost.
   */
  read(table: LineTable, lines: number, inside: boolean, torn = false): void {
    this.torn = torn;
    let state = inside ? INFO : CLOSED;
    this.header = 0;
    for (let line = 0; line < lines; ) {
      const kind = table.kinds[line] as number;
      if (kind >= LINE.info && kind <= LINE.foreign) {
        state = this.openBlock(table, line, kind);
        line++;
      } else if (kind === LINE.blank) {
        this.stats.noise(table, line++);
        state = CLOSED;
      } else if (kind === LINE.event) this.event(table, line++);
      else if (kind === LINE.noise) this.noise(table, line++);
      else if (state === INFO || state === READ) {
        line = this.message(table, line, lines, state === INFO);
        state = READ;
      } else if (state === ERROR) {
        line = this.error(table, line, lines);
        state = CLOSED;
      } else this.loose(table, line++, state);
    }
  }

  private openBlock(table: LineTable, line: number, kind: number): number {
    this.header = line;
    this.warning = kind === LINE.warning;
    this.mapNoise = false;
    if (kind === LINE.foreign) {
      this.stats.noise(table, line);
      this.stats.warn("foreign-log", table, line);
      return FOREIGN;
    }
    this.stats.parsed(table, line);
    return kind === LINE.info ? INFO : ERROR;
  }

  /** The message of an info block and what belongs to it; returns the next line. */
  private message(table: LineTable, line: number, lines: number, first: boolean): number {
    const start = table.starts[line] as number;
    const end = table.ends[line] as number;
    const at = messageAt(table.buf, start, end);
    const timeAt = skipIndent(table.buf, start, end);
    const timeS = at < 0 ? Number.NaN : this.clock.parse(table.buf, timeAt, end);
    if (Number.isNaN(timeS)) return this.plainMessage(table, line, first);
    const block: Block = { table, from: first ? this.header : line, message: line, track: line + 1, to: line + 1 };
    if (isCompleted(table.buf, at, end) || isCompute(table.buf, at, end)) {
      this.phaseLine(block, at, end, timeS);
      return line + 1;
    }
    return this.commandLine(block, lines, timeAt, at, timeS);
  }

  private phaseLine(block: Block, at: number, end: number, timeS: number): void {
    const { table } = block;
    const { phase } = this;
    phase.pid = pidBefore(table.buf, at);
    phase.timeS = timeS;
    phase.lapseMs = phase.fields.over(table.buf, at, end).durationMs();
    this.stats.see(timeS);
    this.stats.parsed(table, block.message);
    if (isCompleted(table.buf, at, end)) this.sink.completed(phase, block);
    else this.sink.compute(phase, block);
  }

  private commandLine(block: Block, lines: number, timeAt: number, at: number, timeS: number): number {
    const { table, message } = block;
    const { command } = this;
    command.read(table.buf, timeAt, at, table.ends[message] as number, timeS);
    command.sourceId = table.sourceIds[message] as number;
    command.lineNo = table.lineNos[message] as number;
    command.byteOffset = table.offsets[message] as number;
    command.byteLength = table.lengths[message] as number;
    command.cut = table.cuts[message] === 1;
    this.stats.parsed(table, message);
    command.argsEnd = this.arguments(block, lines);
    block.track = command.argsEnd + 1;
    block.to = this.trackEnd(block, lines);
    command.torn = this.torn && this.isLast(block, lines);
    if (block.to === block.track) this.stats.see(timeS);
    this.sink.command(command, block);
    return block.to;
  }

  /** Nothing stands behind the block, or a dash or two of its `---` line. */
  private isLast({ table, to }: Block, lines: number): boolean {
    return to === lines || (to === lines - 1 && table.buf[table.starts[to] as number] === MINUS);
  }

  /** Swallows the further lines of arguments; returns the last of them. */
  private arguments(block: Block, lines: number): number {
    const { table, message } = block;
    const { buf } = table;
    this.command.unclosed = false;
    if (this.command.cut || !opensArguments(buf, table.starts[message] as number, table.ends[message] as number))
      return message;
    let last = message;
    this.command.unclosed = true;
    const texts: string[] = [];
    while (last + 1 < lines) {
      last++;
      const start = table.starts[last] as number;
      const end = table.ends[last] as number;
      this.stats.parsed(table, last);
      const closed = closesArguments(buf, start, end);
      texts.push(buf.toString("utf8", start, closed ? closingQuote(buf, start, end) : end));
      if (!closed) continue;
      this.command.readTailOf(buf, closingQuote(buf, start, end), end);
      this.command.unclosed = false;
      break;
    }
    if (texts.length > 0) this.command.argsText = texts.join("\n");
    return last;
  }

  /** Debug lines and events may stand between track lines; they are counted, and do not end the block. */
  private trackEnd(block: Block, lines: number): number {
    const { table } = block;
    const { kinds } = table;
    let to = block.track;
    let mixed = false;
    for (let line = block.track; line < lines; line++) {
      const kind = kinds[line] as number;
      if (kind === LINE.track || kind === LINE.lapse || kind === LINE.locks) to = line + 1;
      else if (kind === LINE.noise || kind === LINE.event) mixed = true;
      else break;
    }
    if (!mixed) return to;
    for (let line = block.track; line < to; line++) {
      if (kinds[line] === LINE.noise) this.noise(table, line);
      else if (kinds[line] === LINE.event) this.event(table, line);
    }
    return to;
  }

  private plainMessage(table: LineTable, line: number, first: boolean): number {
    const start = table.starts[line] as number;
    const end = table.ends[line] as number;
    const at = skipIndent(table.buf, start, end);
    const event = this.server.lifeCycle(table, line, at, end);
    if (startsWith(table.buf, at, end, ESTIMATES)) {
      const block = { table, from: first ? this.header : line, message: line, track: line + 1, to: line + 1 };
      this.stats.parsed(table, line);
      this.sink.estimates(this.phase.fields.over(table.buf, at + ESTIMATES.length, end), block);
    } else if (event !== null) {
      this.stats.parsed(table, line);
      this.stats.see(event.timeS);
      this.sink.event(event);
    } else this.loose(table, line, READ);
    return line + 1;
  }

  private error(table: LineTable, line: number, lines: number): number {
    let to = line;
    while (to < lines && (table.kinds[to] === LINE.indented || table.kinds[to] === LINE.other))
      this.stats.parsed(table, to++);
    if (to === line) {
      this.loose(table, line, ERROR);
      return line + 1;
    }
    const error = this.server.errorBlock(table, line, to, this.warning);
    this.stats.see(error.timeS);
    this.sink.error(error, { table, from: this.header, message: line, track: to, to });
    return to;
  }

  private event(table: LineTable, line: number): void {
    const event = this.server.event(table, line);
    if (event === null) {
      this.noise(table, line); // a debug line with its time in front
      return;
    }
    this.stats.parsed(table, line);
    this.stats.see(event.timeS);
    this.sink.event(event);
  }

  private noise(table: LineTable, line: number): void {
    const start = table.starts[line] as number;
    this.mapNoise = table.buf[start] === 0x6d && isNoise(table.buf, start, table.ends[line] as number); // map spec
    this.stats.noise(table, line);
  }

  /** Lines outside of any block: debug text, torn pieces. */
  private loose(table: LineTable, line: number, state: number): void {
    const start = table.starts[line] as number;
    const end = table.ends[line] as number;
    const at = skipIndent(table.buf, start, end);
    const debug = kindOfLine(table.buf, at, end);
    const noise =
      state === FOREIGN ||
      debug === LINE.noise ||
      debug === LINE.event ||
      (this.mapNoise && table.kinds[line] === LINE.indented);
    if (noise) this.stats.noise(table, line);
    else if (table.kinds[line] === LINE.track) this.stats.unknown(table, line, "unknown-track-line");
    else this.stats.unknown(table, line, state === READ ? "unknown-message" : "unknown-line");
  }
}
