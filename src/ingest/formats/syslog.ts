import { offsetLabel } from "../../base/time.js";
import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { type CaptureTime, timeInLine, timeInName } from "./capture-time.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { emitFact } from "./server-facts.js";
import { subjectPid, syslogClass } from "./syslog-class.js";
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

/** `2024-03-05T14:07:03.123456+01:00 p4-core kernel: …`. UTC tells nothing: many write it whatever the machine's zone. */
const OWN_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?([+-])(\d\d):?(\d\d)\s/;

class SyslogHandler implements LineHandler {
  private reference: CaptureTime | null;
  private seen = false;
  private zoneTold = false;

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
      // The kernel has no pid of its own; the process it speaks of is what can be joined.
      pid: tag === "kernel" ? (subjectPid(entry.text) ?? pid) : pid,
      host,
      tag,
      class: syslogClass(tag, entry.text),
      text: entry.text,
    });
    this.tellZone(line);
    return "parsed";
  }

  /** The machine's zone is p4d's, too. Once a file. */
  private tellZone(line: Line): void {
    const match = this.zoneTold ? null : OWN_OFFSET.exec(line.text);
    if (match === null) return;
    const minutes = Number(match[2]) * 60 + Number(match[3]);
    if (minutes === 0) return;
    this.zoneTold = true;
    const value = offsetLabel(match[1] === "-" ? -minutes : minutes);
    emitFact(this.context, line, { kind: "syslog", name: "zone", value, origin: null });
  }
}
