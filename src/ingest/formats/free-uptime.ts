import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { loadLine } from "./load-line.js";
import { Measurements, sizeIn } from "./measurements.js";
import { typedCommand } from "./typed-command.js";

/** `               total        used        free      shared  buff/cache   available` */
const TITLES = /^\s{1,40}total\s+used\s+free\b/;
/** `Mem:  24684096  1292528 …`      `Swap:  0  0  0`      `-/+ buffers/cache:  1292528  23391568` */
const ROW = /^(Mem|Swap|-\/\+ buffers\/cache): {1,40}(\S.*)$/;
const FREE = typedCommand("free");
const UPTIME = typedCommand("(?:uptime|w)");

/** `free` and `uptime`: what vmstat doesn't say of memory and load. Their figures count among vmstat's. */
export const freeUptimeFormat: EvidenceFormat = {
  id: "vmstat",
  title: "free or uptime",
  sniff(head) {
    const lines = headLines(head).filter((line) => line.trim() !== "" && !line.startsWith("#"));
    const known = (line: string) => (line.length < 300 && TITLES.test(line)) || loadLine(line) !== null;
    // The head of top has the same line.
    return lines.slice(0, 10).some((line) => known(line) && !line.startsWith("top -")) ? 0.8 : 0;
  },
  open: (source, outlet) => lineParser(source, outlet, (context) => new FreeUptimeHandler(context)),
};

class FreeUptimeHandler implements LineHandler {
  private readonly out: Measurements;
  private titles: readonly string[] | null = null;
  private unitBytes = KB;

  constructor(context: LineContext) {
    this.out = new Measurements(context, "vmstat");
  }

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "") return "noise";
    const load = loadLine(text);
    if (load !== null) {
      this.out.series.boundary();
      this.out.series.takeTimeOfDay(load.dayS);
      this.out.add(line, "", load.figures);
      return "parsed";
    }
    if (text.length < 300 && TITLES.test(text)) {
      if (this.titles !== null) this.out.series.boundary();
      this.titles = text.trim().split(/\s+/);
      return "parsed";
    }
    const row = this.titles === null ? null : ROW.exec(text.slice(0, 300));
    if (row !== null && this.titles !== null) return this.memory(row[1] ?? "", row[2] ?? "", this.titles, line);
    const free = FREE.exec(text);
    if (free !== null) this.unitBytes = unitOf(free[1] ?? "");
    if (free !== null || UPTIME.test(text)) return "noise";
    if (this.out.series.takeTime(line)) return "parsed";
    return text.startsWith("#") || /^USER {1,20}TTY /.test(text) ? "noise" : "unknown"; // the list of `w`
  }

  private memory(name: string, rest: string, titles: readonly string[], line: Line): Fate {
    const words = rest.trim().split(/\s+/, 12);
    const kb = (title: string) => {
      const bytes = titles.includes(title) ? sizeIn(words[titles.indexOf(title)], this.unitBytes) : null;
      return bytes === null ? null : Math.round(bytes / KB);
    };
    if (name === "Mem") {
      this.out.add(line, "", [
        ["memory_total_kb", kb("total"), "kB"],
        ["memory_used_kb", kb("used"), "kB"],
        ["free_kb", kb("free"), "kB"],
        ["memory_available_kb", kb("available"), "kB"],
      ]);
    } else if (name === "Swap") {
      this.out.add(line, "", [
        ["swap_total_kb", kb("total"), "kB"],
        ["swap_used_kb", kb("used"), "kB"],
      ]);
    } else {
      // Before 2014 `free` had no `available`; this row, used and free without the caches, came nearest.
      const bytes = sizeIn(words[1], this.unitBytes);
      this.out.add(line, "", [["memory_available_kb", bytes === null ? null : Math.round(bytes / KB), "kB"]]);
    }
    return "parsed";
  }
}

const KB = 1024;

/** `-m`, `--mega`, `-h`: what a bare number counts. */
function unitOf(args: string): number {
  if (/(?:^|\s)-[a-z]*b|--bytes/.test(args)) return 1;
  if (/(?:^|\s)-[a-z]*m|--mebi/.test(args)) return KB ** 2;
  return /(?:^|\s)-[a-z]*g|--gibi/.test(args) ? KB ** 3 : KB;
}
