import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import type { CaptureTime } from "./capture-time.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { Measurements } from "./measurements.js";
import { isPullLine, isPullTag, type PullFigure, type PullLine, pullLine, pullTag } from "./pull-state-lines.js";
import { tagOf } from "./tagged.js";

/** `$ p4 pull -lj`, `p4 servers -J`: the command as typed. */
const PROMPT = /\bp4\b.{0,200}\b(?:pull -l|servers -J)/;

export const pullStateFormat: EvidenceFormat = {
  id: "pull-state",
  title: "p4 pull -lj, pull -ls, servers -J",
  sniff(head) {
    const lines = headLines(head).filter((line) => line.trim() !== "" && !line.startsWith("#"));
    const own = lines.filter((line) => isPullLine(line) || isPullTag(tagOf(line)?.name ?? "")).length;
    return own > 0 && own * 4 >= lines.length ? 0.9 : 0;
  },
  open: (source, outlet) => lineParser(source, outlet, (context) => new PullHandler(context)),
};

interface Held {
  readonly line: Line;
  readonly figures: readonly PullFigure[];
}

/** Rows of one run are held until its end, because the replica says the time last. */
class PullHandler implements LineHandler {
  private readonly measures: Measurements;
  private held: Held[] = [];
  private time: CaptureTime | null = null;
  private readonly names = new Set<string>();

  constructor(context: LineContext) {
    this.measures = new Measurements(context, "pull-state");
  }

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "") return "noise";
    const tag = tagOf(text);
    if (tag !== null) {
      const found = pullTag(tag.name, tag.value);
      if (found !== null) this.keep(line, found);
      return "parsed";
    }
    const masters = this.names.has("master_journal") || this.names.has("replication_error") ? 1 : 0;
    const found = pullLine(text, masters);
    if (found !== null) {
      this.keep(line, found);
      return "parsed";
    }
    if (PROMPT.test(text)) {
      this.release();
      if (!text.startsWith("#")) this.measures.series.boundary();
      return "noise";
    }
    if (text.startsWith("#") || this.held.length > 0) return this.frame(line);
    return this.measures.series.takeTime(line) ? "parsed" : "unknown";
  }

  end(): void {
    this.release();
  }

  private frame(line: Line): Fate {
    this.release();
    if (this.measures.series.takeTime(line)) return "parsed";
    return line.text.startsWith("#") ? "noise" : "unknown";
  }

  private keep(line: Line, found: PullLine): void {
    const again = found.figures.some(({ name, subject }) => subject === "" && this.names.has(name));
    const repeatable = found.figures.every(({ name }) => name === "replication_error" || name === "ticket_error");
    if (again && !repeatable) {
      this.release();
      this.measures.series.boundary();
    }
    this.held.push({ line, figures: found.figures });
    for (const { name } of found.figures) this.names.add(name);
    this.time = found.time ?? this.time;
  }

  private release(): void {
    const all = [...this.held, ...this.distance()];
    const { time } = this;
    this.held = [];
    this.time = null;
    this.names.clear();
    for (const { line, figures } of all) {
      for (const { subject, name, value, unit } of figures)
        this.measures.add(line, subject, [[name, value, unit]], time);
    }
  }

  /** How far the replica is behind, where it did not say so itself; in bytes only within one journal. */
  private distance(): Held[] {
    if (this.names.has("behind_bytes") || this.names.has("replication_error")) return [];
    const value = (name: string) =>
      this.held.flatMap(({ line, figures }) => figures.filter((f) => f.name === name).map((f) => ({ line, f })))[0];
    const [journal, masterJournal] = [value("replica_journal"), value("master_journal")];
    const [sequence, masterSequence] = [value("replica_sequence"), value("master_sequence")];
    if (!journal || !masterJournal || !sequence || !masterSequence) return [];
    const journals = masterJournal.f.value - journal.f.value;
    const behind: PullFigure = { subject: "", name: "behind_journals", value: journals, unit: "count" };
    const bytes = Math.max(0, masterSequence.f.value - sequence.f.value);
    const exact: PullFigure = { subject: "", name: "behind_bytes", value: bytes, unit: "bytes" };
    return [{ line: masterSequence.line, figures: journals === 0 ? [behind, exact] : [behind] }];
  }
}
