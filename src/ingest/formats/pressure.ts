import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { Measurements } from "./measurements.js";

/** `some avg10=0.02 avg60=0.30 avg300=0.14 total=18273573`, with the path before it where grep printed it. */
const STALL =
  /^(?:(?:\S{0,80}\/)?(?:(cpu|memory|io)(?:\.pressure)?): ?)?(some|full) avg10=(\d{1,3}\.\d+) avg60=(\d{1,3}\.\d+) avg300=(\d{1,3}\.\d+) total=\d+\s*$/;
/** `# command: cat /proc/pressure/io`      `==> /proc/pressure/memory <==`      `/sys/fs/cgroup/p4d/cpu.pressure` */
const NAMED = /pressure\/(cpu|memory|io)\b|\b(cpu|memory|io)\.pressure\b/;
/** pressure-io.txt      proc_pressure_memory */
const IN_FILE_NAME = /(?<![a-z])(cpu|memory|io)(?![a-z])/;

export const pressureFormat: EvidenceFormat = {
  id: "pressure",
  title: "pressure stall information",
  sniff: (head) => (headLines(head, 40).some((line) => STALL.test(line)) ? 0.9 : 0),
  open: (source, outlet) => lineParser(source, outlet, (context) => new PressureHandler(context)),
};

class PressureHandler implements LineHandler {
  private readonly out: Measurements;
  private resource: string | null;
  /** What the present run has told already. */
  private readonly told = new Set<string>();

  constructor(private readonly context: LineContext) {
    this.out = new Measurements(context, "pressure");
    const name = context.source.path.split("/").at(-1) ?? "";
    this.resource = IN_FILE_NAME.exec(name.toLowerCase())?.[1] ?? null;
  }

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "") return "noise";
    const stall = STALL.exec(text);
    if (stall !== null) return this.stall(stall, line);
    const named = NAMED.exec(text.slice(0, 300));
    if (named !== null) {
      this.resource = named[1] ?? named[2] ?? null;
      return "noise";
    }
    if (this.out.series.takeTime(line)) {
      this.told.clear();
      return "parsed";
    }
    return text.startsWith("#") ? "noise" : "unknown";
  }

  private stall(found: RegExpExecArray, line: Line): Fate {
    const [, prefix, share = "", avg10, avg60, avg300] = found;
    const resource = prefix ?? this.resource;
    if (resource === null) {
      this.context.warn("no-resource", "pressure of a resource that is not named", line);
      return "unknown";
    }
    const what = `${resource}_${share}`;
    if (this.told.has(what)) {
      this.out.series.boundary();
      this.told.clear();
    }
    this.told.add(what);
    this.out.add(line, resource, [
      [`${what}_avg10`, Number(avg10), "percent"],
      [`${what}_avg60`, Number(avg60), "percent"],
      [`${what}_avg300`, Number(avg300), "percent"],
    ]);
    return "parsed";
  }
}
