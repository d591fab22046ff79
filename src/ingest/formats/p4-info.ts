import type { EvidenceFormat } from "../evidence-format.js";
import { headLines, type Line } from "../source/split-lines.js";
import { CaptureSeries } from "./capture-series.js";
import { type Fate, type LineContext, type LineHandler, lineParser } from "./line-parser.js";
import { emitFact } from "./server-facts.js";
import { tagOf } from "./tagged.js";

/** Tagged names that have a label in the plain form; the case holds the labels. */
const LABELS: Readonly<Record<string, string>> = {
  userName: "User name",
  clientName: "Client name",
  clientHost: "Client host",
  clientAddress: "Client address",
  peerAddress: "Peer address",
  serverAddress: "Server address",
  serverRoot: "Server root",
  serverDate: "Server date",
  serverUptime: "Server uptime",
  serverVersion: "Server version",
  serverServices: "Server services",
  serverLicense: "Server license",
  caseHandling: "Case Handling",
  ServerID: "ServerID",
  serverID: "ServerID",
};

const KNOWN = new Set(Object.values(LABELS));

/** `Server version: P4D/LINUX26X86_64/2023.2/2535420 (2023/12/19)` */
const PLAIN = /^([A-Z][A-Za-z -]{1,40}): ?(.*)$/;

export const p4InfoFormat: EvidenceFormat = {
  id: "p4-info",
  title: "p4 info",
  sniff(head) {
    const names = new Set(headLines(head).map((line) => factOf(line)?.name ?? ""));
    const known = [...names].filter((name) => KNOWN.has(name)).length;
    return known >= 3 ? 0.9 : known >= 1 && names.has("Server version") ? 0.7 : 0;
  },
  open: (source, outlet) => lineParser(source, outlet, (context) => new InfoHandler(context)),
};

class InfoHandler implements LineHandler {
  /** When it was asked; held against "Server date" it shows two clocks that disagree. */
  private readonly series: CaptureSeries;

  constructor(private readonly context: LineContext) {
    this.series = new CaptureSeries(context, "p4-info");
  }

  line(line: Line): Fate {
    if (this.series.takeTime(line)) return "parsed";
    if (line.text.trim() === "" || line.text.startsWith("#")) return "noise";
    const fact = factOf(line.text);
    if (fact !== null) {
      this.series.numberFor(line);
      emitFact(this.context, line, { kind: "p4-info", ...fact, origin: null });
      return "parsed";
    }
    return /\bp4\b.{0,200}\binfo\b/.test(line.text) ? "noise" : "unknown"; // "$ p4 -ztag info"
  }
}

function factOf(line: string): { name: string; value: string } | null {
  const tag = tagOf(line);
  if (tag !== null) return { name: LABELS[tag.name] ?? tag.name, value: tag.value };
  const m = PLAIN.exec(line);
  return m === null ? null : { name: m[1] ?? "", value: (m[2] ?? "").trim() };
}
