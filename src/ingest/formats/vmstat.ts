import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { type CaptureTime, timeInLine } from "./capture-time.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { type Figure, Measurements, numberIn } from "./measurements.js";
import { typedCommand } from "./typed-command.js";

/** `procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----` */
const BANNER = /^\s{0,10}-{0,4}procs[ -]/;
/** ` r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st                 UTC` */
const TITLES = /^\s{0,20}r\s+b\s+swpd\s+free\s/;
const TYPED = typedCommand("vmstat");

/** Titles are repeated after a screenful; sooner than this it is another run. */
const LEAST_SCREEN = 10;

export const vmstatFormat: EvidenceFormat = {
  id: "vmstat",
  title: "vmstat",
  sniff: (head) => (headLines(head, 20).some((line) => line.length < 300 && TITLES.test(line)) ? 0.9 : 0),
  open: (source, outlet) => lineParser(source, outlet, (context) => new VmstatHandler(context)),
};

class VmstatHandler implements LineHandler {
  private readonly out: Measurements;
  private columns: readonly string[] | null = null;
  /** Rows of this run, and since the titles. */
  private rows = 0;
  private rowsBelow = 0;
  private delayS = 0;

  constructor(context: LineContext) {
    this.out = new Measurements(context, "vmstat");
  }

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "") return "noise";
    if (BANNER.test(text)) return "parsed";
    if (text.length < 300 && TITLES.test(text)) return this.titles(text);
    const typed = TYPED.exec(text);
    if (typed !== null) {
      this.begin();
      this.delayS = delayOf(typed[1] ?? "");
      return "noise";
    }
    if (this.columns !== null && this.row(line, this.columns)) return "parsed";
    if (this.out.series.takeTime(line)) {
      this.begin();
      return "parsed";
    }
    return text.startsWith("#") ? "noise" : "unknown";
  }

  private titles(text: string): Fate {
    if (this.rows > 0 && this.rowsBelow < LEAST_SCREEN) this.begin();
    this.rowsBelow = 0;
    this.columns = text.trim().split(/\s+/);
    return "parsed";
  }

  private begin(): void {
    this.out.series.boundary();
    this.rows = 0;
  }

  private row(line: Line, columns: readonly string[]): boolean {
    const words = line.text.trim().split(/\s+/, MOST_WORDS);
    const figures = columns.filter((title) => /^[a-z]{1,8}$/.test(title)).length;
    if (words.length < figures || words.slice(0, figures).some((word) => numberIn(word) === null)) return false;
    const cell = (title: string) => (columns.includes(title) ? numberIn(words[columns.indexOf(title)]) : null);
    // The first row of a run is an average since the machine started, but for its queues and its memory.
    const isFirst = this.rows === 0;
    // with -t: `2024-03-05 14:07:36` below the name of the zone
    const stamp = [...words.slice(figures), ...columns.slice(figures)].join(" ");
    const at = timeInLine(stamp) ?? this.later(this.rows * this.delayS);
    this.out.add(line, "", [...present(cell), ...(isFirst ? [] : rates(cell))], at);
    this.rows++;
    this.rowsBelow++;
    return true;
  }

  private later(seconds: number): CaptureTime | null {
    const { taken } = this.out.series;
    return taken === null || seconds === 0 ? null : { ...taken, seconds: taken.seconds + seconds };
  }
}

const MOST_WORDS = 40;

function present(cell: (title: string) => number | null): Figure[] {
  return [
    ["runnable", cell("r"), "count"],
    ["blocked", cell("b"), "count"],
    ["swap_used_kb", cell("swpd"), "kB"],
    ["free_kb", cell("free"), "kB"],
  ];
}

function rates(cell: (title: string) => number | null): Figure[] {
  return [
    ["swap_in_kb", cell("si"), "kB/s"],
    ["swap_out_kb", cell("so"), "kB/s"],
    ["user_percent", cell("us"), "percent"],
    ["system_percent", cell("sy"), "percent"],
    ["idle_percent", cell("id"), "percent"],
    ["io_wait_percent", cell("wa"), "percent"],
    ["steal_percent", cell("st"), "percent"],
  ];
}

/** `-t 5 12`: the first number is the seconds between rows. */
function delayOf(args: string): number {
  const delay = args.split(/\s+/).find((word) => /^\d{1,6}$/.test(word));
  return delay === undefined ? 0 : Number(delay);
}
