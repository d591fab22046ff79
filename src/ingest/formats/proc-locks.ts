import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { CaptureSeries } from "./capture-series.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { typedCommand } from "./typed-command.js";

/**
 * `12: FLOCK  ADVISORY  WRITE 4548 fd:03:4194 0 EOF`; a waiter stands below its holder under the same number, deeper
 * waiters further in: `12:  -> FLOCK  ADVISORY  READ  4549 fd:03:4194 0 EOF`.
 */
const ROW =
  /^(\d{1,10}):( {0,200}->)? {1,200}([A-Z]{4,8}) {1,4}([A-Z-]{4,10}) {1,4}([A-Z]{2,6}) {1,4}(-?\d{1,10}) ([\da-f]{2,8}:[\da-f]{2,8}):(\d{1,20}) \d{1,20} (?:\d{1,20}|EOF)\s*$/;
const TYPED = typedCommand("cat \\S{0,40}/locks");

export const procLocksFormat: EvidenceFormat = {
  id: "proc-locks",
  title: "/proc/locks",
  sniff(head) {
    const lines = headLines(head).filter((line) => line.trim() !== "" && !line.startsWith("#"));
    const rows = lines.filter((line) => line.length < 500 && ROW.test(line)).length;
    return rows === 0 ? 0 : 0.9 * (rows / lines.length);
  },
  open: (source, outlet) => lineParser(source, outlet, (context) => new ProcLocksHandler(context)),
};

class ProcLocksHandler implements LineHandler {
  private readonly series: CaptureSeries;
  /** Number and process of the granted lock that the waiters below it queue for. */
  private holder: { readonly id: string; readonly pid: number } | null = null;
  private lastId = 0;

  constructor(private readonly context: LineContext) {
    this.series = new CaptureSeries(context, "proc-locks");
  }

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "") return "noise";
    const m = text.length < 500 ? ROW.exec(text) : null;
    if (m !== null) return this.write(m, line);
    if (TYPED.test(text)) {
      this.series.boundary();
      return "noise";
    }
    if (this.series.takeTime(line)) {
      this.lastId = 0;
      return "parsed";
    }
    return text.startsWith("#") ? "noise" : "unknown";
  }

  private write(m: RegExpExecArray, line: Line): Fate {
    const [, id = "", arrow, type = "", , mode = "", pidText = "", , inode = ""] = m;
    // The kernel numbers each list from 1.
    if (Number(id) < this.lastId) this.series.boundary();
    this.lastId = Number(id);
    const pid = Number(pidText);
    const waiting = arrow !== undefined;
    if (!waiting) this.holder = { id, pid };
    const captureNo = this.series.numberFor(line);
    if (mode !== "READ" && mode !== "WRITE") return "noise";
    this.context.emit("os_lock", line, {
      capture_no: captureNo,
      pid,
      waiting: Number(waiting),
      blocker_pid: waiting && this.holder?.id === id && this.holder.pid > 0 ? this.holder.pid : null,
      inode: Number(inode),
      command: "",
      type,
      mode,
      path: null,
      object: null,
      text: line.text.trim(),
    });
    return "parsed";
  }
}
