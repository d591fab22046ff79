import { ascii, find, findText, isDigit, startsWith } from "./bytes.js";
import type { LineTable } from "./line-table.js";
import { NumberFields } from "./number-fields.js";
import { type LogClock, skipIndent, TIME_LENGTH } from "./time-fields.js";

/** A line the server writes about itself. `values` are v1 to v4 of server_event, see docs/log-format.md. */
export interface ServerEvent {
  readonly kind: string;
  readonly timeS: number;
  readonly nanos: number;
  readonly pid: number;
  readonly values: readonly number[];
  readonly text: string;
  readonly sourceId: number;
  readonly lineNo: number;
  readonly byteOffset: number;
}

export interface ServerErrorBlock {
  readonly timeS: number;
  /** NaN when the block names none. */
  readonly pid: number;
  readonly operation: string | null;
  /** The message lines, without their indent. */
  readonly text: string;
  /** First message line: the one to cite. */
  readonly line: number;
}

const TEXT_LIMIT = 4000;

const EVENTS: readonly { kind: string; prefix: Uint8Array; values: number }[] = [
  { kind: "active-threads", prefix: ascii("Server is now using "), values: 1 }, // Server is now using 55 active threads.
  { kind: "paused-threads", prefix: ascii("Server now has "), values: 1 }, // Server now has 10 paused threads.
  // Server under resource pressure.  Pause rate CPU 59%, mem 0%, CPU pressure 2, mem pressure 0
  { kind: "pressure", prefix: ascii("Server under resource pressure"), values: 4 },
];

/** By first match; the sample shows what precedes in the line: `Perforce Server starting 2026/01/06 12:07:05 pid 3336 ...`. */
const LIFE_CYCLE: readonly { kind: string; needle: Uint8Array; value: Uint8Array | null }[] = [
  { kind: "starting", needle: ascii("Perforce Server starting "), value: null },
  { kind: "shutdown", needle: ascii("Perforce Server shutdown "), value: null },
  { kind: "restarting", needle: ascii("Perforce Server restarting "), value: null },
  { kind: "restarted", needle: ascii("Perforce Server restarted "), value: null },
  { kind: "quiescing", needle: ascii("Perforce Server quiescing "), value: ascii(", ") }, // ... pid 12, 3 thread(s).
  { kind: "quiesce-failed", needle: ascii("Perforce Server quiesce "), value: ascii("failed after ") },
  { kind: "downgrading", needle: ascii("downgrading restart to a shutdown"), value: null },
  { kind: "capabilities", needle: ascii("operating system capabilities"), value: null },
  { kind: "restarted-with-transactions", needle: ascii("Server restarted while "), value: ascii("while ") },
  { kind: "failover", needle: ascii("Starting failover process"), value: null },
  { kind: "refusing-commands", needle: ascii("Refusing new commands on server"), value: null },
  { kind: "draining-commands", needle: ascii("Giving commands already running time"), value: null },
  { kind: "stalling-commands", needle: ascii("Stalling commands on server"), value: null },
  { kind: "stopping-server", needle: ascii("Stopping server"), value: null },
  { kind: "in-failover", needle: ascii("Server currently in failover mode"), value: null },
];

const PID = ascii("pid ");
const ERROR_DATE = ascii("Date ");
const ERROR_PID = ascii("Pid ");
const OPERATION = ascii("Operation: ");

/** Lines and blocks of the server itself: rare, so they are read without haste. */
export class ServerLines {
  private readonly fields = new NumberFields();

  constructor(private readonly clock: LogClock) {}

  /** `2024/06/19 12:25:31 560465376 pid 1056102: Server is now using 55 active threads.`; null for debug lines. */
  event(table: LineTable, line: number): ServerEvent | null {
    const { buf } = table;
    const start = table.starts[line] as number;
    const end = table.ends[line] as number;
    const timeS = this.clock.parse(buf, start, end);
    const colon = find(buf, start + TIME_LENGTH, end, 58);
    if (Number.isNaN(timeS) || colon < 0 || !startsWith(buf, start + TIME_LENGTH + 11, end, PID)) return null;
    const numbers = this.fields.over(buf, start + TIME_LENGTH, colon);
    const nanos = numbers.int();
    const pid = numbers.int();
    const at = skipIndent(buf, colon + 1, end);
    const known = EVENTS.find(({ prefix }) => startsWith(buf, at, end, prefix));
    if (known === undefined) return this.lifeCycle(table, line, at, end);
    this.fields.over(buf, at, end);
    const values = Array.from({ length: known.values }, () => this.fields.int());
    return { ...this.base(table, line), kind: known.kind, timeS, nanos, pid, values };
  }

  /** Start, stop, restart, failover; null when the text at `at` is none of them. */
  lifeCycle(table: LineTable, line: number, at: number, end: number): ServerEvent | null {
    const { buf } = table;
    for (const { kind, needle, value } of LIFE_CYCLE) {
      const found = findText(buf, at, Math.min(end, at + 400), needle);
      if (found < 0) continue;
      const pidAt = findText(buf, found, end, PID);
      const pid = pidAt < 0 ? Number.NaN : this.fields.over(buf, pidAt, end).int();
      const valueAt = value === null ? -1 : findText(buf, found, end, value);
      const values = valueAt < 0 ? [] : [this.fields.over(buf, valueAt, end).int()];
      return { ...this.base(table, line), kind, timeS: this.timeIn(buf, at, end), nanos: Number.NaN, pid, values };
    }
    return null;
  }

  /** The lines behind `Perforce server error:`, [from, to): `Date 2019/12/20 09:42:15:`, `Pid 25883`, `Operation: ...`, text. */
  errorBlock(table: LineTable, from: number, to: number, warning: boolean): ServerErrorBlock {
    const { buf } = table;
    let timeS = Number.NaN;
    let pid = Number.NaN;
    let operation: string | null = null;
    let first = -1;
    const texts: string[] = [];
    for (let line = from; line < to; line++) {
      const end = table.ends[line] as number;
      const at = skipIndent(buf, table.starts[line] as number, end);
      if (first < 0 && startsWith(buf, at, end, ERROR_DATE)) timeS = this.clock.parse(buf, at + 5, end);
      else if (first < 0 && startsWith(buf, at, end, ERROR_PID)) pid = this.fields.over(buf, at, end).int();
      else if (first < 0 && startsWith(buf, at, end, OPERATION)) operation = buf.toString("utf8", at + 11, end);
      else {
        if (first < 0) first = line;
        texts.push(buf.toString("utf8", at, Math.min(end, at + TEXT_LIMIT)));
      }
    }
    const text = (warning ? "warning: " : "") + texts.join("\n");
    return { timeS, pid, operation, text: text.slice(0, TEXT_LIMIT), line: first < 0 ? from : first };
  }

  private timeIn(buf: Buffer, at: number, end: number): number {
    for (let i = at; i + TIME_LENGTH <= end; i++) {
      if (!isDigit(buf[i])) continue;
      const timeS = this.clock.parse(buf, i, end);
      if (!Number.isNaN(timeS)) return timeS;
    }
    return Number.NaN;
  }

  private base(table: LineTable, line: number) {
    return {
      text: table.text(line).trim().slice(0, TEXT_LIMIT),
      sourceId: table.sourceIds[line] as number,
      lineNo: table.lineNos[line] as number,
      byteOffset: table.offsets[line] as number,
    };
  }
}
