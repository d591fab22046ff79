import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { Measurements, sizeIn } from "./measurements.js";
import { tagOf } from "./tagged.js";

/** P4ROOT (type ext4 mounted on /hxmetadata) : 100.3G free, 273.2G used, 35G total (73% full) */
const SHOWN =
  /^(\S[^(]{0,120}?) \(type (.{1,60}?) mounted on (.{1,300}?)\) ?: (\S{1,20}) free, (\S{1,20}) used, (\S{1,20}) total \((\d{1,3})% full\)/;
/** Tags of `p4 -ztag diskspace`, and what the case calls them. */
const TAGS: Readonly<Record<string, [string, "bytes" | "percent"]>> = {
  freeBytes: ["free_bytes", "bytes"],
  usedBytes: ["used_bytes", "bytes"],
  totalBytes: ["total_bytes", "bytes"],
  pctUsed: ["used_percent", "percent"],
};

export const diskspaceFormat: EvidenceFormat = {
  id: "diskspace",
  title: "p4 diskspace",
  sniff(head) {
    const lines = headLines(head);
    if (lines.some((line) => SHOWN.test(line))) return 0.9;
    const tags = new Set(lines.map((line) => tagOf(line)?.name));
    return tags.has("location") && (tags.has("freeBytes") || tags.has("pctUsed")) ? 0.9 : 0;
  },
  open: (source, outlet) => lineParser(source, outlet, (context) => new DiskspaceHandler(context)),
};

/** Free space per P4ROOT, P4JOURNAL, P4LOG, TEMP, journalPrefix, depot; `subject` is that name. */
class DiskspaceHandler implements LineHandler {
  private readonly measures: Measurements;
  private location = "";

  constructor(context: LineContext) {
    this.measures = new Measurements(context, "diskspace");
  }

  line(line: Line): Fate {
    const { text } = line;
    const { series } = this.measures;
    if (text.trim() === "") return "noise";
    const tag = tagOf(text);
    if (tag !== null) return this.tagged(tag, line);
    const m = SHOWN.exec(text);
    if (m !== null) {
      this.measures.add(line, m[1] ?? "", [
        ["free_bytes", sizeIn(m[4], 1), "bytes"],
        ["used_bytes", sizeIn(m[5], 1), "bytes"],
        ["total_bytes", sizeIn(m[6], 1), "bytes"],
        ["used_percent", Number(m[7]), "percent"],
      ]);
      return "parsed";
    }
    if (series.takeTime(line)) return "parsed";
    if (!/\bp4\b.{0,200}\bdiskspace\b/.test(text)) return text.startsWith("#") ? "noise" : "unknown"; // "$ p4 diskspace"
    if (!text.startsWith("#")) series.boundary();
    return "noise";
  }

  private tagged({ name, value }: { name: string; value: string }, line: Line): Fate {
    if (name === "location") this.location = value;
    const known = TAGS[name];
    if (known === undefined) return "parsed";
    const number = sizeIn(value.replace("%", ""), 1);
    this.measures.add(line, this.location, [[known[0], number, known[1]]]);
    return "parsed";
  }
}
