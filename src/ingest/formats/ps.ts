import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { CaptureSeries } from "./capture-series.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { emitProcess } from "./process-record.js";
import { type ProcessColumns, processColumns, processRow } from "./ps-row.js";
import { typedCommand } from "./typed-command.js";

const TYPED = typedCommand("ps");

/** So many lines may stand above the titles. */
const TOP_LINES = 10;

export const psFormat: EvidenceFormat = {
  id: "ps",
  title: "ps",
  sniff(head) {
    const lines = headLines(head).filter((line) => line.trim() !== "" && !line.startsWith("#"));
    const at = lines.slice(0, TOP_LINES).findIndex((line) => processColumns(line) !== null);
    const columns = processColumns(lines[at] ?? "");
    if (columns === null) return 0;
    const next = lines[at + 1];
    // top has titles of its own below its head, see top.ts.
    return next === undefined || processRow(next, columns) !== null ? 0.8 : 0;
  },
  open: (source, outlet) => lineParser(source, outlet, (context) => new PsHandler(context)),
};

class PsHandler implements LineHandler {
  private readonly series: CaptureSeries;
  private columns: ProcessColumns | null = null;

  constructor(private readonly context: LineContext) {
    this.series = new CaptureSeries(context, "ps");
  }

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "") return "noise";
    const columns = processColumns(text);
    if (columns !== null) {
      this.columns = columns;
      this.series.boundary();
      this.series.numberFor(line); // an empty list is an answer too
      return "parsed";
    }
    if (TYPED.test(text)) return "noise";
    const row = this.columns === null ? null : processRow(text, this.columns);
    if (row !== null) {
      emitProcess(this.context, line, this.series.numberFor(line), row);
      return "parsed";
    }
    if (this.series.takeTime(line)) return "parsed";
    return text.startsWith("#") ? "noise" : "unknown";
  }
}
