import { COMMAND_FLAG } from "../../../contracts/record-batch.js";
import { ascii, SPACE, startsWith } from "./bytes.js";
import { CITED_MS, laterSource, type TrackNotes } from "./citation.js";
import { COMMAND } from "./columns.js";
import type { Interner } from "./interner.js";
import { LINE } from "./line-kinds.js";
import type { LineTable } from "./line-table.js";
import type { LogStats } from "./log-stats.js";
import { isPlausibleLapse, NumberFields } from "./number-fields.js";
import type { OpenCommand } from "./open-command.js";
import { TrackSections } from "./track-sections.js";

const W = {
  lapse: ascii("lapse "),
  usage: ascii("usage "),
  memory: ascii("memory "),
  paused: ascii("paused "),
  rpc: ascii("rpc msgs/size "),
  rpcTo: ascii("rpc ("),
  rpcWord: ascii("rpc "),
  filetotals: ascii("filetotals "),
  failedAuth: ascii("failed authentication"),
  fatal: ascii("exited on fatal"),
  killed: ascii("killed by"),
  terminated: ascii("terminated"),
};

/** Reads the `---` lines of one block into a command. */
export class TrackLines {
  private readonly fields = new NumberFields();
  private readonly sections: TrackSections;
  /** After `--- rpc (host)`, filetotals are about that connection. */
  private remote = false;

  constructor(
    names: Interner,
    private readonly stats: LogStats,
    private readonly notes: TrackNotes,
  ) {
    this.sections = new TrackSections(names, notes);
  }

  apply(table: LineTable, from: number, to: number, command: OpenCommand, suffix: string): void {
    this.sections.begin(command, suffix, command.has(COMMAND_FLAG.hasTables));
    this.remote = false;
    for (let line = from; line < to; line++) {
      const kind = table.kinds[line];
      if (kind === LINE.track) {
        this.trackLine(table, line, command);
        const next = this.sections.usual(table, line + 1, to);
        if (next === line + 1) continue;
        this.stats.parsedAll(table, line + 1, next);
        line = next - 1;
      } else if (kind === LINE.locks) this.lockAttempts(table, line, command);
      else if (kind === LINE.lapse) this.stats.parsed(table, line); // of a trigger: its owner reads it
    }
  }

  private trackLine(table: LineTable, line: number, command: OpenCommand): void {
    const start = table.starts[line] as number;
    const end = table.ends[line] as number;
    const detail = start + 4 < end && table.buf[start + 4] === SPACE;
    const known = detail
      ? this.sections.detail(table, line, start, end)
      : this.heading(table, line, start + 4, end, command);
    if (known) this.stats.parsed(table, line);
    else this.stats.unknown(table, line, "unknown-track-line");
  }

  private heading(table: LineTable, line: number, at: number, end: number, command: OpenCommand): boolean {
    const first = table.buf[at];
    if (first === 0x64 && this.sections.openDb(table, line, at, end)) return true;
    this.sections.close();
    switch (first) {
      case 0x6c:
        if (startsWith(table.buf, at, end, W.lapse)) return this.lapse(table, line, at, end, command);
        break;
      case 0x75:
        if (startsWith(table.buf, at, end, W.usage)) return this.usage(table, line, at, end, command);
        break;
      case 0x6d:
        if (startsWith(table.buf, at, end, W.memory)) return this.memory(table, at, end, command);
        break;
      case 0x70:
        if (startsWith(table.buf, at, end, W.paused)) return this.paused(table, line, at, end, command);
        break;
      case 0x72:
        if (this.rpc(table, line, at, end, command)) return true;
        break;
      case 0x66:
        if (this.fileTotals(table, at, end, command)) return true;
    }
    return this.sections.open(table, line, at, end) || this.outcome(table, line, at, end, command);
  }

  private over(table: LineTable, at: number, end: number): NumberFields {
    return this.fields.over(table.buf, at, end);
  }

  /** `--- lapse 8.39s` */
  private lapse(table: LineTable, line: number, at: number, end: number, command: OpenCommand): boolean {
    const ms = this.over(table, at, end).durationMs();
    const numbers = command.columns();
    if (isPlausibleLapse(ms)) numbers[COMMAND.track_lapse_ms] = ms;
    numbers[COMMAND.track_line_no] = table.lineNos[line] as number;
    numbers[COMMAND.track_byte_offset] = table.offsets[line] as number;
    numbers[COMMAND.track_source_id] = laterSource(table.sourceIds[line] as number, command);
    if (ms >= CITED_MS) this.cite(table, line, command);
    return true;
  }

  private cite(table: LineTable, line: number, command: OpenCommand): void {
    this.notes.cite(table, line);
    command.cited = true;
  }

  /** Cites a line that explains the lapse and notes where it is; a block torn by a rotation is cited by its lapse. */
  private citeAs(column: number, table: LineTable, line: number, command: OpenCommand): void {
    this.cite(table, line, command);
    const numbers = command.columns();
    const known = numbers[COMMAND.track_source_id] as number;
    const trackSource = Number.isNaN(known) ? command.sourceId : known;
    if (table.sourceIds[line] === trackSource) numbers[column] = table.lineNos[line] as number;
  }

  /** `--- usage 598+67us 304+0io 0+0net 68864k 0pf`: cited where no completion line says the same. */
  private usage(table: LineTable, line: number, at: number, end: number, command: OpenCommand): boolean {
    readUsage(this.over(table, at, end), command);
    if (command.has(COMMAND_FLAG.hasCompletion)) return true;
    const numbers = command.columns();
    const cpuMs = (numbers[COMMAND.cpu_user_ms] as number) + (numbers[COMMAND.cpu_system_ms] as number);
    if (cpuMs >= CITED_MS) this.citeAs(COMMAND.usage_line_no, table, line, command);
    return true;
  }

  /** `--- memory cmd/proc 74mb/74mb` */
  private memory(table: LineTable, at: number, end: number, command: OpenCommand): boolean {
    const fields = this.over(table, at, end);
    command.merge(COMMAND.mem_mb, fields.int());
    command.merge(COMMAND.mem_peak_mb, fields.int());
    return true;
  }

  /** `--- paused 1.20s` */
  private paused(table: LineTable, line: number, at: number, end: number, command: OpenCommand): boolean {
    const ms = this.over(table, at, end).durationMs();
    command.merge(COMMAND.paused_ms, ms);
    if (ms >= CITED_MS) this.citeAs(COMMAND.paused_line_no, table, line, command);
    return true;
  }

  /** `--- rpc msgs/size in+out 2+84225/0mb+45mb himarks 795416/795272 snd/rcv 5.64s/.002s`, and two other forms. */
  private rpc(table: LineTable, line: number, at: number, end: number, command: OpenCommand): boolean {
    const { buf } = table;
    if (startsWith(buf, at, end, W.rpc)) {
      const fields = this.over(table, at, end);
      for (let i = 0; i < 6; i++) command.merge(COMMAND.rpc_msgs_in + i, fields.int());
      const sndMs = fields.durationMs();
      const rcvMs = fields.durationMs();
      command.merge(COMMAND.rpc_snd_ms, sndMs);
      command.merge(COMMAND.rpc_rcv_ms, rcvMs);
      if (sndMs >= CITED_MS || rcvMs >= CITED_MS) this.citeAs(COMMAND.rpc_line_no, table, line, command);
      return true;
    }
    if (startsWith(buf, at, end, W.rpcTo)) {
      this.remote = true;
      return this.sections.remoteRpc(table, line, at + W.rpcTo.length, end, this.fields);
    }
    // --- rpc send receive errors, duplexing F/R 12/0
    if (!startsWith(buf, at, end, W.rpcWord) || !buf.subarray(at, end).includes("errors, duplexing")) return false;
    command.merge(COMMAND.rpc_errors, 1);
    this.cite(table, line, command);
    return true;
  }

  /** `--- filetotals (svr) send/recv files+bytes 25+1862mb/1+2mb` */
  private fileTotals(table: LineTable, at: number, end: number, command: OpenCommand): boolean {
    if (!startsWith(table.buf, at, end, W.filetotals)) return false;
    if (this.remote) return true;
    const fields = this.over(table, at, end);
    command.merge(COMMAND.files_sent, fields.int());
    command.merge(COMMAND.files_sent_mb, fields.int());
    command.merge(COMMAND.files_received, fields.int());
    command.merge(COMMAND.files_received_mb, fields.int());
    return true;
  }

  /** `--- failed authentication check`, `--- exited on fatal server error`, `--- killed by MaxLockTime` */
  private outcome(table: LineTable, line: number, at: number, end: number, command: OpenCommand): boolean {
    const { buf } = table;
    if (startsWith(buf, at, end, W.failedAuth)) command.set(COMMAND_FLAG.error | COMMAND_FLAG.failedAuth);
    else if (startsWith(buf, at, end, W.fatal)) command.set(COMMAND_FLAG.error | COMMAND_FLAG.fatalError);
    else if (startsWith(buf, at, end, W.killed) || startsWith(buf, at, end, W.terminated)) {
      command.set(COMMAND_FLAG.error);
    } else return false;
    this.notes.remark(table, line, command);
    return true;
  }

  /** `locks acquired by blocking after 3 non-blocking attempts` */
  private lockAttempts(table: LineTable, line: number, command: OpenCommand): void {
    const fields = this.over(table, table.starts[line] as number, table.ends[line] as number);
    command.merge(COMMAND.lock_attempts, fields.int());
    this.stats.parsed(table, line);
    this.cite(table, line, command);
  }
}

/** `598+67us 304+0io 0+0net 68864k 0pf`, behind `completed` or `--- usage`. */
export function readUsage(fields: NumberFields, command: OpenCommand): boolean {
  for (let i = 0; i < 8; i++) command.merge(COMMAND.cpu_user_ms + i, fields.int());
  return true;
}
