import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { emitFact } from "./server-facts.js";
import { tagOf } from "./tagged.js";

interface Setting {
  readonly name: string;
  readonly value: string;
  /** Where it comes from: configure, default, -p, env …; for `allservers` the server it is set for. */
  readonly origin: string;
}

// P4JOURNAL=/p4/1/logs/journal (configure)      dm.proxy.protects=1 (default)      P4PORT=ssl:1666 (-p)
const SHOWN = /^([A-Za-z][\w.#-]{0,100})=(.*) \(([^()]{1,40})\)$/;
// any: net.tcpsize = 512k       commit-1: monitor = 1          (p4 configure show allservers)
const OF_SERVER = /^(\S{1,100}): ([A-Za-z][\w.#-]{0,100}) = (.*)$/;

export const p4ConfigureFormat: EvidenceFormat = {
  id: "p4-configure",
  title: "p4 configure show",
  sniff(head) {
    const lines = headLines(head).filter((line) => line.trim() !== "" && !line.startsWith("#"));
    const tags = new Set(lines.map((line) => tagOf(line)?.name));
    if (tags.has("Name") && tags.has("Value")) return 0.9;
    const settings = lines.filter((line) => settingOf(line) !== null).length;
    return settings === 0 ? 0 : 0.9 * (settings / lines.length);
  },
  open: (source, outlet) => lineParser(source, outlet, (context) => new ConfigureHandler(context)),
};

class ConfigureHandler implements LineHandler {
  private record: { fields: Map<string, string>; line: Line } | null = null;

  constructor(private readonly context: LineContext) {}

  line(line: Line): Fate {
    if (line.text.trim() === "" || line.text.startsWith("#")) return "noise";
    const tag = tagOf(line.text);
    if (tag !== null) return this.tagged(tag, line);
    const setting = settingOf(line.text);
    if (setting === null) return /\bconfigure show\b|\b-cshow\b/.test(line.text) ? "noise" : "unknown"; // "$ p4 configure show"
    emitFact(this.context, line, { kind: "p4-configure", ...setting });
    return "parsed";
  }

  end(): void {
    this.release();
  }

  /** `... ServerName any`, `... Type configure`, `... Name monitor`, `... Value 1`: a name seen again begins a record. */
  private tagged(tag: { name: string; value: string }, line: Line): Fate {
    if (this.record === null || this.record.fields.has(tag.name)) {
      this.release();
      this.record = { fields: new Map(), line };
    }
    this.record.fields.set(tag.name, tag.value);
    return "parsed";
  }

  private release(): void {
    if (this.record === null) return;
    const { fields, line } = this.record;
    this.record = null;
    const name = fields.get("Name");
    if (name === undefined) return;
    const origin = fields.get("ServerName") ?? fields.get("Type") ?? null;
    emitFact(this.context, line, { kind: "p4-configure", name, value: fields.get("Value") ?? "", origin });
  }
}

function settingOf(line: string): Setting | null {
  const shown = SHOWN.exec(line);
  if (shown !== null) return { name: shown[1] ?? "", value: shown[2] ?? "", origin: shown[3] ?? "" };
  const server = OF_SERVER.exec(line);
  return server === null ? null : { name: server[2] ?? "", value: server[3] ?? "", origin: server[1] ?? "" };
}
