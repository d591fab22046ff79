import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { emitFact } from "./server-facts.js";

/** First line of what scripts/p4rca-collect.sh writes about itself. */
const FIRST = /^p4rca-collect manifest (\d{1,4})\s*$/;
/** `zone: +01:00`; `step: monitor-1 ok 0 monitor-1.txt` */
const FIELD = /^([a-z][a-z0-9_-]{0,40}): ?(.*)$/;

export const manifestFormat: EvidenceFormat = {
  id: "manifest",
  title: "manifest of p4rca-collect",
  sniff: (head) => (FIRST.test(headLines(head, 1)[0] ?? "") ? 1 : 0),
  open: (source, outlet) => lineParser(source, outlet, (context) => new ManifestHandler(context)),
};

/** Of a step: ok, timeout, failed:RC or skipped:REASON, as `fact.origin`. `monitor-1 timeout 20 captures/monitor-1.txt` */
function stateOf(value: string): string | null {
  return /^\S{1,100} (ok|timeout|(?:failed|skipped):\S{1,60})(?: |$)/.exec(value)?.[1] ?? null;
}

class ManifestHandler implements LineHandler {
  constructor(private readonly context: LineContext) {}

  line(line: Line): Fate {
    const { text } = line;
    if (text.trim() === "" || text.startsWith("#")) return "noise";
    const first = FIRST.exec(text);
    const field = FIELD.exec(text);
    if (first === null && field === null) return "unknown";
    const name = field?.[1] ?? "manifest";
    const value = (field?.[2] ?? first?.[1] ?? "").trim();
    emitFact(this.context, line, { kind: "manifest", name, value, origin: name === "step" ? stateOf(value) : null });
    return "parsed";
  }
}
