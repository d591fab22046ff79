import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { CaptureSeries } from "./capture-series.js";
import { timeInLine } from "./capture-time.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { lockObjectOf } from "./lock-object.js";
import { type MonitorRow, monitorLocks, monitorRow, taggedRow } from "./monitor-row.js";
import { tagOf } from "./tagged.js";

/** `perforce@edge:~ p4 monitor show -al`: the command as typed, with or without a prompt. */
const PROMPT = /\bp4\b.{0,200}\bmonitor show\b/;
/** `      [server.locks/clients/88,d/ws4(W),db.rev(R)]` */
const LOCKS = /^\s{1,40}\[[^[]*\([RW]\)/;
export const monitorFormat: EvidenceFormat = {
  id: "monitor",
  title: "p4 monitor show",
  sniff,
  open: (source, outlet) => lineParser(source, outlet, (context) => new MonitorHandler(context)),
};

function sniff(head: Uint8Array): number {
  const lines = headLines(head).filter((line) => line.trim() !== "");
  if (lines.some(isPsHeader)) return 0;
  const tags = new Set(lines.map((line) => tagOf(line)?.name));
  if (tags.has("id") && tags.has("user") && (tags.has("time") || tags.has("elapsed"))) return 0.9;
  const rows = lines.filter((line) => monitorRow(line) !== null).length;
  if (rows === 0) return 0;
  if (lines.some((line) => monitorRow(line) === null && PROMPT.test(line))) return 0.9;
  const others = lines.filter((line) => timeInLine(line) === null && !LOCKS.test(line)).length;
  return Math.min(0.9, rows / Math.max(1, others));
}

/** `  PID S USER         TIME COMMAND`: rows of ps with these columns look like ours. */
function isPsHeader(line: string): boolean {
  const words = line.slice(0, 200).trim().split(/ +/);
  return words.includes("PID") && words.every((word) => /^[A-Z%]+$/.test(word));
}

class MonitorHandler implements LineHandler {
  private readonly series: CaptureSeries;
  /** Held back because a background command's error text goes on in the next line. */
  private held: { row: MonitorRow; line: Line; captureNo: number } | null = null;
  private record: { fields: Map<string, string>; line: Line } | null = null;

  constructor(private readonly context: LineContext) {
    this.series = new CaptureSeries(context, "monitor");
  }

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "") return "noise";
    const tag = tagOf(text);
    if (tag !== null) return this.tagged(tag, line);
    const row = monitorRow(text);
    if (row !== null) {
      this.release();
      this.held = { row, line, captureNo: this.series.numberFor(line) };
      return "parsed";
    }
    if (LOCKS.test(text) && this.held !== null) return this.locks(line);
    if (PROMPT.test(text)) {
      this.release();
      this.series.boundary();
      return "noise";
    }
    if (this.series.takeTime(line)) {
      this.release();
      return "parsed";
    }
    if (text.startsWith("#")) return "noise";
    // "pull -i 1 Journal file '-' replay failed at line 1!" and below it "Bad opcode '17655' journal record!"
    if (this.held?.row.state === "B") {
      this.held.row = { ...this.held.row, args: `${this.held.row.args}\n${text}` };
      return "parsed";
    }
    return "unknown";
  }

  end(): void {
    this.release();
  }

  private tagged(tag: { name: string; value: string }, line: Line): Fate {
    // Every record begins with its id.
    if (tag.name === "id") {
      this.release();
      this.record = { fields: new Map(), line };
    }
    if (this.record === null) return "unknown";
    this.record.fields.set(tag.name, tag.value);
    return "parsed";
  }

  private locks(line: Line): Fate {
    if (this.held === null) return "unknown";
    const { row, captureNo } = this.held;
    for (const lock of monitorLocks(line.text)) {
      this.context.emit("os_lock", line, {
        capture_no: captureNo,
        pid: row.pid,
        waiting: Number(lock.waiting),
        command: row.cmd,
        type: "monitor",
        mode: lock.mode,
        path: lock.path,
        object: lockObjectOf(lock.path),
        text: line.text,
      });
    }
    return "parsed";
  }

  /** Writes what was held back. */
  private release(): void {
    if (this.record !== null) {
      const { fields, line } = this.record;
      const row = taggedRow(fields);
      if (row === null) this.context.warn("bad-record", "tagged record without a process id", line);
      else this.write(row, line, this.series.numberFor(line), [...fields].map(([k, v]) => `... ${k} ${v}`).join("\n"));
      this.record = null;
    }
    if (this.held !== null) {
      const { row, line, captureNo } = this.held;
      this.write(row, line, captureNo, line.text);
      this.held = null;
    }
  }

  private write(row: MonitorRow, line: Line, captureNo: number, text: string): void {
    const { pid, state, user, workspace, cmd, args, app, ip, elapsedS } = row;
    const values = { pid, elapsed_s: elapsedS, state, user, workspace, cmd, args, app, ip, text };
    this.context.emit("monitor_row", line, { capture_no: captureNo, ...values });
  }
}
