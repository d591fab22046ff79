import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { CaptureSeries } from "./capture-series.js";
import { InnerObjects } from "./inner-objects.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { lockObjectOf } from "./lock-object.js";
import { type Column, type LockRow, lslocksHeader, lslocksJsonRow, lslocksTextRow } from "./lslocks-row.js";

/** Opens the JSON form: `{ "locks": [`. */
const JSON_LOCKS = /"locks"\s{0,20}:\s{0,20}\[/;

export const lslocksFormat: EvidenceFormat = {
  id: "lslocks",
  title: "lslocks",
  sniff(head) {
    // A document about lslocks has its output somewhere; a capture has it at its top.
    const lines = headLines(head).filter((line) => line.trim() !== "" && !line.startsWith("#"));
    const at = lines.slice(0, TOP_LINES).findIndex((line) => lslocksHeader(line) !== null);
    const columns = lslocksHeader(lines[at] ?? "");
    if (columns !== null)
      return lines[at + 1] === undefined || lslocksTextRow(lines[at + 1] ?? "", columns) !== null ? 0.9 : 0;
    const isJson = lines.slice(0, TOP_LINES).some((line) => /^\s{0,40}\{/.test(line));
    return isJson && JSON_LOCKS.test(lines.join("\n")) ? 0.9 : 0;
  },
  open: (source, outlet) => lineParser(source, outlet, (context) => new LslocksHandler(context)),
};

/** So many lines may stand above the output: a prompt, a login message. */
const TOP_LINES = 10;

/** Longest text of one lock in JSON; more is something else. */
const MAX_OBJECT_CHARS = 1 << 16;

class LslocksHandler implements LineHandler {
  private readonly series: CaptureSeries;
  private columns: Column[] | null = null;
  private readonly json: InnerObjects;

  constructor(private readonly context: LineContext) {
    this.series = new CaptureSeries(context, "lslocks");
    this.json = new InnerObjects(MAX_OBJECT_CHARS, {
      outer: (text, line) => {
        if (!JSON_LOCKS.test(text)) return;
        this.series.boundary();
        this.series.numberFor(line);
      },
      inner: (text, line) => this.jsonRow(text, line),
    });
  }

  line(line: Line): Fate {
    const { text } = line;
    if (this.json.open || text.trimStart().startsWith("{")) {
      this.columns = null;
      this.json.add(line);
      return "parsed";
    }
    if (text.trim() === "") return "noise";
    const header = lslocksHeader(text);
    if (header !== null) {
      this.columns = header;
      this.series.boundary();
      this.series.numberFor(line); // an empty list is an answer too
      return "parsed";
    }
    const row = this.columns === null ? null : lslocksTextRow(text, this.columns);
    if (row !== null) return this.write(row, line, text);
    if (/\blslocks\b/.test(text) && !text.startsWith("lslocks:")) {
      this.series.boundary();
      return "noise"; // the command as typed: "$ sudo lslocks -o +BLOCKER"
    }
    if (this.series.takeTime(line)) return "parsed";
    return text.startsWith("#") ? "noise" : "unknown";
  }

  end(): void {
    if (this.json.open) this.context.warn("torn-json", "the JSON ends in the middle", null);
  }

  private jsonRow(text: string, line: Line): void {
    let row: LockRow | null = null;
    try {
      row = lslocksJsonRow(JSON.parse(text) as Record<string, unknown>);
    } catch {
      // said below
    }
    if (row === null) this.context.warn("bad-lock", "JSON object that is no lock", line);
    else this.write(row, line, text);
  }

  private write(row: LockRow, line: Line, text: string): Fate {
    // p4d_1, p4d_1_bin: SDP renames the server. A holder that is gone has only its open file left: (unknown).
    const isServer = row.command.includes("p4d") || row.command.startsWith("(un") || row.command === "";
    const captureNo = this.series.numberFor(line);
    if (!isServer) return "noise";
    this.context.emit("os_lock", line, {
      capture_no: captureNo,
      pid: row.pid,
      waiting: Number(row.waiting),
      blocker_pid: row.blockerPid,
      inode: row.inode,
      command: row.command,
      type: row.type,
      mode: row.mode,
      path: row.path === "" ? null : row.path,
      object: lockObjectOf(row.path),
      text: text.trim(),
    });
    return "parsed";
  }
}
