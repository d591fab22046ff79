import { COMMAND_FLAG, type CommandBatch } from "../../../contracts/record-batch.js";
import { BatchBuilder } from "../p4d-text/batch-builder.js";
import { COMMAND } from "../p4d-text/columns.js";
import { isNoCompletionKind } from "../p4d-text/command-rules.js";
import { OpenCommand, ROWS_PER_COMMAND } from "../p4d-text/open-command.js";
import { type LogRecord, lapseMs } from "./log-record.js";
import { EVENT } from "./record-layout.js";
import { addDatabaseUse, addNetwork, addTrigger, addUsage } from "./track-records.js";

const F = COMMAND_FLAG;

/** Log seconds that a finished command waits for track records; they come with its end or right behind. */
const WAIT_S = 5;
/** Commands in memory at most; beyond, the oldest leave as they are. */
const MOST_COMMANDS = 100_000;
/** Lines of commands that took this long may be cited. */
const CITED_MS = 1000;

/** Keeps a line that a finding may cite. */
export type Cite = (record: LogRecord) => void;

interface Entry {
  readonly command: OpenCommand;
  readonly start: LogRecord;
  /** Log time from which it may leave; NaN while it runs. */
  dueS: number;
  counted: boolean;
}

/** Puts commands together from their records, by pid, command number, function and (2020.1) command identifier. */
export class CommandBook {
  private readonly entries = new Map<string, Entry>();
  private readonly builder: BatchBuilder;
  private running = 0;
  private nowS = Number.NEGATIVE_INFINITY;
  private lastSweepS = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly sourceId: number,
    flushTo: (batch: CommandBatch) => void,
    private readonly cite: Cite,
  ) {
    this.builder = new BatchBuilder(flushTo);
  }

  get records(): number {
    return this.builder.records;
  }

  /** Takes in a record about a command; false when it adds nothing that is kept. */
  add(record: LogRecord): boolean {
    this.advance(record.timeS);
    const key = keyOf(record);
    if (record.type === EVENT.commandStart) return this.start(record, key);
    const entry = this.entries.get(key) ?? this.open(record, key, 0);
    if (record.type === EVENT.computeEnd) this.compute(entry, record);
    else if (record.type === EVENT.commandEnd) this.finish(entry, record);
    else return this.track(entry, record);
    return true;
  }

  /** A failed command: the error record bears the same key. */
  markError(record: LogRecord, isFatal: boolean): void {
    this.entries.get(keyOf(record))?.command.set(isFatal ? F.error | F.fatalError : F.error);
  }

  end(): void {
    for (const entry of this.entries.values()) this.emit(entry);
    this.entries.clear();
    this.builder.flush();
  }

  private start(record: LogRecord, key: string): boolean {
    const known = this.entries.get(key);
    if (known !== undefined) {
      // The same number again: the pid was given away, and the former command ended without a word.
      if (!known.command.ended) known.command.set(F.supplanted);
      this.entries.delete(key);
      this.emit(known);
    }
    const entry = this.open(record, key, F.hasStart);
    if (!entry.command.has(F.noCompletionKind)) {
      entry.counted = true;
      this.running++;
    }
    entry.command.running = this.running;
    return true;
  }

  private open(record: LogRecord, key: string, flags: number): Entry {
    const { line } = record.source;
    const command = new OpenCommand(record.pid, record.timeS, hashOf(key), 0);
    command.set(flags | (line.cut ? F.truncated : 0));
    Object.assign(command, callOf(record), { sourceId: this.sourceId, lineNo: line.lineNo });
    command.byteOffset = line.byteOffset;
    command.byteLength = line.byteLength;
    if (isNoCompletionKind(command.cmd, command.args)) command.set(F.noCompletionKind);
    const entry = { command, start: record, dueS: flags === 0 ? record.timeS + WAIT_S : Number.NaN, counted: false };
    this.entries.set(key, entry);
    if (this.entries.size > MOST_COMMANDS) this.dropOldest();
    return entry;
  }

  private compute({ command, start }: Entry, record: LogRecord): void {
    const columns = command.columns();
    columns[COMMAND.compute_ms] = lapseMs(record.text("lapse"), clockMs(start, record));
    columns[COMMAND.compute_line_no] = record.source.line.lineNo;
    columns[COMMAND.compute_byte_offset] = record.source.line.byteOffset;
  }

  private finish(entry: Entry, record: LogRecord): void {
    const { command, start } = entry;
    const columns = command.columns();
    const elapsedMs = command.has(F.hasStart) ? clockMs(start, record) : Number.NaN;
    const lapse = lapseMs(record.text("lapse"), elapsedMs);
    command.set(F.hasCompletion);
    command.endS = record.timeS;
    columns[COMMAND.lapse_ms] = Number.isNaN(lapse) ? elapsedMs : lapse;
    columns[COMMAND.end_line_no] = record.source.line.lineNo;
    columns[COMMAND.end_byte_offset] = record.source.line.byteOffset;
    // An end without its start: it began its lapse before.
    if (!command.has(F.hasStart) && !Number.isNaN(lapse)) command.startS = record.timeS - Math.floor(lapse / 1000);
    if ((columns[COMMAND.lapse_ms] as number) >= CITED_MS) this.cite(record);
    if (failed(record.text("reason"))) command.set(F.error);
    entry.dueS = record.timeS + WAIT_S;
    this.uncount(entry);
  }

  private track(entry: Entry, record: LogRecord): boolean {
    const { command } = entry;
    if ((command.uses?.count ?? 0) >= ROWS_PER_COMMAND || (command.rows?.length ?? 0) >= ROWS_PER_COMMAND) return false;
    const { line } = record.source;
    const at = { source_id: this.sourceId, line_no: line.lineNo, byte_offset: line.byteOffset };
    if (record.type === EVENT.trigger) return addTrigger(command, record, at);
    command.set(F.hasTrack);
    const columns = command.columns();
    if (Number.isNaN(columns[COMMAND.track_line_no] as number)) {
      columns[COMMAND.track_line_no] = line.lineNo;
      columns[COMMAND.track_byte_offset] = line.byteOffset;
    }
    if (record.type === EVENT.usage) return addUsage(command, record);
    if (record.type === EVENT.network) return addNetwork(command, record);
    command.set(F.hasTables);
    if (addDatabaseUse(command, record, at) >= CITED_MS) this.cite(record);
    return true;
  }

  private advance(timeS: number): void {
    if (timeS > this.nowS) this.nowS = timeS;
    if (this.nowS < this.lastSweepS + WAIT_S) return;
    this.lastSweepS = this.nowS;
    for (const [key, entry] of this.entries) {
      if (!(entry.dueS < this.nowS)) continue;
      this.entries.delete(key);
      this.emit(entry);
    }
  }

  private dropOldest(): void {
    for (const [key, entry] of this.entries) {
      this.entries.delete(key);
      this.emit(entry);
      return;
    }
  }

  private emit(entry: Entry): void {
    const { command, start } = entry;
    this.uncount(entry);
    const lapse = command.numbers?.[COMMAND.lapse_ms] ?? Number.NaN;
    const isOpen = command.has(F.hasStart) && !command.ended;
    if (command.has(F.noCompletionKind)) command.endS = command.startS;
    if (isOpen || lapse >= CITED_MS) this.cite(start);
    this.builder.add(command);
  }

  private uncount(entry: Entry): void {
    if (!entry.counted) return;
    entry.counted = false;
    this.running--;
  }
}

function callOf(record: LogRecord) {
  const [prog, version] = [record.text("prog"), record.text("version")];
  const args = spaced(record.text("args"));
  return {
    user: record.text("user"),
    workspace: record.text("client"),
    ip: record.text("host"),
    app: version === "" || prog.endsWith(version) ? prog : `${prog}/${version}`,
    cmd: record.text("func"),
    args: args === "" ? null : args,
  };
}

/** Arguments stand with colons between them; `c:\ws` keeps its own. */
function spaced(args: string): string {
  return args.replace(/:(?!\\)/g, " ");
}

/** What the command is known by in every file of the server: `commands.csv` and `track.csv` have it in common. */
function keyOf(record: LogRecord): string {
  const ident = record.text("cmdident");
  const rest = ident === "" ? `${record.text("user")}|${record.text("args")}` : ident;
  return `${record.pid}|${record.text("cmdno")}|${record.text("func")}|${rest}`;
}

/** 53 bits of the key: FNV over two halves. */
function hashOf(key: string): number {
  let [a, b] = [0x811c9dc5, 0x2c1b3c6d];
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
  }
  return ((b >>> 0) & 0x1fffff) * 2 ** 32 + (a >>> 0);
}

function clockMs(from: LogRecord, to: LogRecord): number {
  return (to.timeS - from.timeS) * 1000 + ((to.nanos || 0) - (from.nanos || 0)) / 1e6;
}

/** Why the command ended, where it was not by itself: error, auth, maxlocktime, monitor … */
export function failed(reason: string): boolean {
  return /^[a-z]/i.test(reason) && !/^(?:ok|none|success|normal|completed?)$/i.test(reason.trim()); // maxlocktime
}
