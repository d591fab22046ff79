import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { type CaptureTime, timeInLine, timeInName } from "./capture-time.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { syslogClass } from "./syslog-class.js";
import { syslogEntry } from "./syslog-line.js";

/** `-- Logs begin at Mon 2024-03-04 …`, `-- Journal begins at …`, `-- Boot 3f2a… --`, `-- No entries --` */
const JOURNAL_NOTE = /^-- .{0,200}$/;

export const syslogFormat: EvidenceFormat = {
  id: "syslog",
  title: "syslog or journalctl",
  sniff(head) {
    const lines = headLines(head).filter(
      (line) => line.trim() !== "" && !line.startsWith("#") && !JOURNAL_NOTE.test(line),
    );
    const entries = lines.filter((line) => syslogEntry(line, null) !== null).length;
    return entries === 0 ? 0 : 0.85 * (entries / lines.length);
  },
  open: (source, outlet) => lineParser(source, outlet, (context) => new SyslogHandler(context)),
};

class SyslogHandler implements LineHandler {
  private reference: CaptureTime | null;
  private seen = false;

  constructor(private readonly context: LineContext) {
    const { path, modifiedMs } = context.source;
    this.reference =
      timeInName(path) ?? (modifiedMs === null ? null : { seconds: Math.floor(modifiedMs / 1000), isUtc: true });
  }

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "" || JOURNAL_NOTE.test(text)) return "noise";
    if (text.startsWith("#")) {
      this.reference = timeInLine(text) ?? this.reference;
      return "noise";
    }
    const entry = syslogEntry(text, this.reference);
    // journalctl indents the further lines of a message
    if (entry === null) return this.seen && /^\s/.test(text) ? "noise" : "unknown";
    this.seen = true;
    const { time, host, tag, pid } = entry;
    if (time === null) this.context.warn("no-year", "line whose time can't be placed", line);
    else if (!time.isUtc) this.context.sawTime(time.seconds);
    this.context.emit("syslog_line", line, {
      time_s: time?.seconds ?? null,
      time_is_utc: time === null ? null : Number(time.isUtc),
      pid,
      host,
      tag,
      class: syslogClass(tag, entry.text),
      text: entry.text,
    });
    return "parsed";
  }
}
