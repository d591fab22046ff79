import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { type CaptureTime, instant, timeInLine } from "./capture-time.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { type Figure, Measurements, numberIn } from "./measurements.js";
import { typedCommand } from "./typed-command.js";

/** `Linux 5.15.0-97-generic (p4host) 	03/05/24 	_x86_64_	(8 CPU)` */
const BANNER = /^Linux \S{1,100} \(\S{0,255}\)\s+\S{6,12}(?: AD)?\s+_\S{1,40}_\s+\(\d{1,5} CPU\)/;
/** `avg-cpu:  %user   %nice %system %iowait  %steal   %idle` */
const CPU = /^avg-cpu:\s+%user/;
/** `Device            r/s     rkB/s   rrqm/s  %rrqm r_await …  aqu-sz  %util`, before 2018 `Device:  rrqm/s   wrqm/s …` */
const DEVICES = /^Device:?\s.*%util\s*$/;
/** `03/05/24 14:07:36`   `03/05/2024 02:07:36 PM`   `05.03.2024 14:07:36`: the order of day and month is the locale's. */
const LOCAL_STAMP = /^(\d{2})[/.](\d{2})[/.](\d{2}|\d{4}) (\d{2}):(\d{2}):(\d{2})(?: ([AP]M))?\s*$/;
const TYPED = typedCommand("iostat");

export const iostatFormat: EvidenceFormat = {
  id: "iostat",
  title: "iostat -x",
  sniff(head) {
    const lines = headLines(head, 60).filter((line) => line.length < 400);
    const known = (pattern: RegExp) => lines.some((line) => pattern.test(line));
    return known(DEVICES) ? 0.9 : known(CPU) ? 0.7 : 0;
  },
  open: (source, outlet) => lineParser(source, outlet, (context) => new IostatHandler(context)),
};

class IostatHandler implements LineHandler {
  private readonly out: Measurements;
  private titles: readonly string[] = [];
  private section: "none" | "cpu" | "devices" = "none";
  /** The first report of a run averages since the machine started; -y leaves it out. */
  private report = 0;
  private omitsFirst = false;
  private stamp: CaptureTime | null = null;
  private seen = new Set<string>();

  constructor(context: LineContext) {
    this.out = new Measurements(context, "iostat");
  }

  line(line: Line): Fate {
    const { text } = line;
    const typed = TYPED.exec(text);
    if (typed !== null || BANNER.test(text)) return this.begin(typed === null ? null : (typed[1] ?? ""));
    if (text.trim() === "") {
      this.section = "none";
      return "noise";
    }
    if (text.length < 400 && (CPU.test(text) || DEVICES.test(text))) return this.heading(text);
    if (this.section !== "none" && this.row(line)) return "parsed";
    const stamp = this.localStamp(text);
    if (stamp !== null) {
      this.stamp = stamp;
      return "parsed";
    }
    if (this.out.series.takeTime(line)) {
      this.stamp = timeInLine(text);
      return "parsed";
    }
    return text.startsWith("#") ? "noise" : "unknown";
  }

  private begin(args: string | null): Fate {
    if (this.report > 0) this.out.series.boundary();
    if (args !== null) this.omitsFirst = /(?:^|\s)-[a-z]*y/.test(args);
    this.report = 0;
    this.stamp = null;
    this.seen.clear();
    return "noise";
  }

  private heading(text: string): Fate {
    const section = CPU.test(text) ? "cpu" : "devices";
    // A report has each heading once, and the processors first.
    if (this.report === 0 || this.seen.has(section)) {
      this.report++;
      this.seen.clear();
    }
    this.seen.add(section);
    this.section = section;
    this.titles = text.trim().split(/\s+/).slice(1);
    return "parsed";
  }

  private row(line: Line): boolean {
    const words = line.text.trim().split(/\s+/, 60);
    const subject = this.section === "cpu" ? "cpu" : (words.shift() ?? "");
    if (words.length !== this.titles.length || words.some((word) => numberIn(word) === null)) return false;
    if (this.report === 1 && !this.omitsFirst) return true;
    const cell = (...titles: string[]) => {
      const at = this.titles.findIndex((title) => titles.includes(title));
      return at < 0 ? null : numberIn(words[at]);
    };
    this.out.add(line, subject, this.section === "cpu" ? cpuFigures(cell) : deviceFigures(cell), this.stamp);
    return true;
  }

  /** Of the two readings of 03/05/24 the one nearer to when the file was taken; month first where nothing tells. */
  private localStamp(text: string): CaptureTime | null {
    const m = LOCAL_STAMP.exec(text.slice(0, 40));
    if (m === null) return null;
    const [, first, second, years = "", hours, minutes, seconds, half] = m;
    const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half === "PM" ? 12 : 0);
    const year = years.length === 2 ? 2000 + Number(years) : Number(years);
    const read = (month: unknown, day: unknown) =>
      instant([year, Number(month), Number(day), hour, Number(minutes), Number(seconds)], undefined);
    const readings = [read(first, second), read(second, first)].filter((time) => time !== null);
    const near = this.out.series.taken?.seconds;
    if (near !== undefined) readings.sort((a, b) => Math.abs(a.seconds - near) - Math.abs(b.seconds - near));
    return readings[0] ?? null;
  }
}

type Cell = (...titles: string[]) => number | null;

function cpuFigures(cell: Cell): Figure[] {
  return [
    ["user_percent", cell("%user"), "percent"],
    ["system_percent", cell("%system"), "percent"],
    ["io_wait_percent", cell("%iowait"), "percent"],
    ["steal_percent", cell("%steal"), "percent"],
    ["idle_percent", cell("%idle"), "percent"],
  ];
}

function deviceFigures(cell: Cell): Figure[] {
  const [reads, writes, readAwait, writeAwait] = [cell("r/s"), cell("w/s"), cell("r_await"), cell("w_await")];
  return [
    ["await_ms", cell("await") ?? weighted(reads, readAwait, writes, writeAwait), "ms"],
    ["read_await_ms", readAwait, "ms"],
    ["write_await_ms", writeAwait, "ms"],
    ["util_percent", cell("%util"), "percent"],
    ["queue", cell("aqu-sz", "avgqu-sz"), "count"],
    ["reads_per_s", reads, "per s"],
    ["writes_per_s", writes, "per s"],
  ];
}

/** Newer versions print no `await`: it is that of reads and writes by their number. */
function weighted(reads: number | null, readMs: number | null, writes: number | null, writeMs: number | null) {
  if (reads === null || writes === null || readMs === null || writeMs === null) return null;
  return reads + writes === 0 ? 0 : Math.round(((reads * readMs + writes * writeMs) / (reads + writes)) * 100) / 100;
}
