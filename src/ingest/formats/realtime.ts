import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { Measurements } from "./measurements.js";

// rtv.db.lockwait (flags 0) 0 max 382      rtv.db.ckp.active (flags 0) 0      ... rtv.db.lockwait 0
const COUNTER =
  /^(?:\.\.\. )?(rtv\.[a-z][\w.]{1,80})(?: \(flags [^)]{1,20}\))?:? (-?\d{1,20})(?: \(?max:? (-?\d{1,20})\)?)?\s*$/;

export const realtimeFormat: EvidenceFormat = {
  id: "realtime",
  title: "p4 monitor realtime",
  sniff: (head) => (headLines(head).some((line) => COUNTER.test(line)) ? 0.9 : 0),
  open: (source, outlet) => lineParser(source, outlet, (context) => new RealtimeHandler(context)),
};

/** `p4 monitor realtime` and `p4d --show-realtime`: `subject` is the counter, `name` value or max (its high water). */
class RealtimeHandler implements LineHandler {
  private readonly measures: Measurements;
  private readonly seen = new Set<string>();

  constructor(context: LineContext) {
    this.measures = new Measurements(context, "realtime");
  }

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "") return "noise";
    const m = COUNTER.exec(text);
    if (m !== null) return this.write(line, m[1] ?? "", m[2] ?? "", m[3]);
    if (this.measures.series.takeTime(line)) {
      this.seen.clear();
      return "parsed";
    }
    return text.startsWith("#") || /\brealtime\b/.test(text) ? "noise" : "unknown"; // "$ p4 monitor realtime"
  }

  private write(line: Line, subject: string, value: string, max: string | undefined): Fate {
    // The list begins again: another run of the command, without anything in between.
    if (this.seen.has(subject)) {
      this.measures.series.boundary();
      this.seen.clear();
    }
    this.seen.add(subject);
    const unit = subject.endsWith(".bytes") ? "bytes" : "count";
    // -1 stands for "never measured".
    const high = max === undefined || max.startsWith("-") ? null : Number(max);
    this.measures.add(line, subject, [
      ["value", Number(value), unit],
      ["max", high, unit],
    ]);
    return "parsed";
  }
}
