import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { loadLine } from "./load-line.js";
import { type Figure, Measurements, numberIn } from "./measurements.js";
import { emitProcess } from "./process-record.js";
import { type ProcessColumns, processColumns, processRow } from "./ps-row.js";
import { typedCommand } from "./typed-command.js";

/** `%Cpu(s):  0.0 us,  0.0 sy, …, 12.5 wa, …`, before 2012 `Cpu(s):  3.1%us,  0.8%sy, …` */
const CPU = /^%?Cpu(?:\(s\)|\d{1,4}) {0,4}: {0,6}(.{1,200})$/;
/** `MiB Mem :  24105.6 total,  21432.4 free, …`   `KiB Swap: …`   `Mem:  16331504k total, …` */
const MEMORY = /^(?:([KMGT])iB )?(Mem|Swap) {0,4}: {0,6}(.{1,200})$/;
/** `Tasks: 103 total,   2 running, …`      `Threads: 2103 total, …` */
const TASKS = /^(?:Tasks|Threads): /;
const TYPED = typedCommand("top");

export const topFormat: EvidenceFormat = {
  id: "top",
  title: "top -b",
  sniff(head) {
    const lines = headLines(head, 40);
    return lines.some((line) => line.startsWith("top - ") && loadLine(line) !== null) ? 0.9 : 0;
  },
  open: (source, outlet) => lineParser(source, outlet, (context) => new TopHandler(context)),
};

class TopHandler implements LineHandler {
  private readonly out: Measurements;
  private columns: ProcessColumns | null = null;

  constructor(private readonly context: LineContext) {
    this.out = new Measurements(context, "top");
  }

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "") return "noise";
    if (this.head(line)) return "parsed";
    const columns = processColumns(text);
    if (columns !== null) {
      this.columns = columns;
      return "parsed";
    }
    if (TYPED.test(text)) return "noise";
    const row = this.columns === null ? null : processRow(text, this.columns);
    if (row !== null) {
      emitProcess(this.context, line, this.out.series.numberFor(line), row);
      return "parsed";
    }
    if (this.out.series.takeTime(line)) return "parsed";
    return text.startsWith("#") ? "noise" : "unknown";
  }

  private head(line: Line): boolean {
    const load = loadLine(line.text);
    if (load !== null) {
      this.columns = null;
      this.out.series.boundary();
      this.out.series.takeTimeOfDay(load.dayS);
      this.out.add(line, "", load.figures);
      return true;
    }
    if (this.columns !== null) return false;
    const cpu = CPU.exec(line.text)?.[1];
    const memory = MEMORY.exec(line.text);
    if (cpu !== undefined) this.out.add(line, "", cpuFigures(cpu));
    else if (memory !== null) this.out.add(line, "", memoryFigures(memory));
    else return TASKS.test(line.text);
    return true;
  }
}

function cpuFigures(rest: string): Figure[] {
  return [
    ["user_percent", figure(rest, "us"), "percent"],
    ["system_percent", figure(rest, "sy"), "percent"],
    ["idle_percent", figure(rest, "id"), "percent"],
    ["io_wait_percent", figure(rest, "wa"), "percent"],
    ["steal_percent", figure(rest, "st"), "percent"],
  ];
}

function memoryFigures(found: RegExpExecArray): Figure[] {
  const [, unit = "K", what = "", rest = ""] = found;
  const factor = 1024 ** "KMGT".indexOf(unit);
  const kb = (name: string) => {
    const value = figure(rest, name);
    return value === null ? null : Math.round(value * factor);
  };
  // `MiB Swap: 0.0 total, 0.0 free, 0.0 used.  22843.1 avail Mem`
  const available: Figure = ["memory_available_kb", kb("avail Mem"), "kB"];
  if (what === "Swap") return [["swap_total_kb", kb("total"), "kB"], ["swap_used_kb", kb("used"), "kB"], available];
  return [
    ["memory_total_kb", kb("total"), "kB"],
    ["memory_used_kb", kb("used"), "kB"],
    ["free_kb", kb("free"), "kB"],
  ];
}

/** The number before a word: `12.5 wa`, `0.5%wa`, `16331504k total`, `0.0 used.` */
function figure(rest: string, word: string): number | null {
  for (const part of rest.split(/, ?|\. {1,4}/)) {
    const m = /^ {0,20}(\d{1,15}(?:[.,]\d{1,3})?)[k%]? ?(\S.{0,20}?)\.? {0,10}$/.exec(part);
    if (m?.[2] === word) return numberIn(m[1]);
  }
  return null;
}
