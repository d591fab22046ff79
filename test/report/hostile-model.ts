import fc from "fast-check";
import { type AnalysisDocument, analysisSchema } from "../../src/contracts/analysis.js";
import type { ReportModel } from "../../src/contracts/report-model.js";
import { wedgeModel } from "../support/sample-document.js";
import {
  inFlightModel,
  insufficientModel,
  lostEvidenceModel,
  noIncidentModel,
  severalIncidentsModel,
} from "../support/sample-variants.js";

/** What may stand in a log that somebody wrote to be read by an administrator. */
export const HOSTILE = [
  "<zzx onload=alert(1)>",
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  "</style></script><script>alert(1)</script>",
  "javascript:alert(1)",
  "\u001b[2J\u001b]0;title\u0007",
  "\u009b31m",
  "a\r\nNO INCIDENT: fake",
  "\u202egnp.exe\u202c",
  "`|`<b>|\\|",
  "| --- |\n# heading\n[x](http://example.invalid/)",
  "日本語のとても長い名前".repeat(20),
  "👩‍👩‍👧‍👦".repeat(30),
  "e\u0301\u0301\u0301".repeat(60),
  "x".repeat(5000),
  "word ".repeat(2000),
  "\ud800",
  "constructor",
  "__proto__",
  "",
] as const;

const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 300 }), fc.string());

// Values the schema fixes; everything else in the document is free text that came from evidence.
const FIXED = new Set(["name:tool", "verdict", "category", "severity", "kind", "mode", "certainty", "risk", "when"]);
const ALSO_FIXED = ["role", "from", "status", "server", "id", "unit", "start", "end", "startTime", "endTime", "what"];

function poison(value: unknown, key: string, next: () => string): unknown {
  if (typeof value === "string") return FIXED.has(key) || ALSO_FIXED.includes(key) ? value : next();
  if (Array.isArray(value)) return value.map((item) => poison(item, key, next));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poison(item, name, next)]));
}

function repeat<T>(items: readonly T[], times: number): T[] {
  return Array.from({ length: times }, () => items).flat();
}

/** Valid models whose every free text is hostile, and whose lists may be long. */
export const hostileModels: fc.Arbitrary<ReportModel> = fc
  .record({
    base: fc.constantFrom(
      wedgeModel,
      inFlightModel,
      severalIncidentsModel,
      lostEvidenceModel,
      noIncidentModel,
      insufficientModel,
    ),
    texts: fc.array(text, { minLength: 1, maxLength: 40 }),
    times: fc.integer({ min: 1, max: 6 }),
    seconds: fc.double({ min: 0, max: 1e15, noNaN: true }),
  })
  .map(({ base, texts, times, seconds }) => {
    const model = base();
    let turn = 0;
    const next = () => texts[turn++ % texts.length] ?? "";
    const document = poison(grow(model.document, times, seconds), "", next) as AnalysisDocument;
    const fixed = { ...document, tool: model.document.tool };
    return {
      ...model,
      document: analysisSchema.parse(fixed),
      timeline: poison(model.timeline, "", next) as ReportModel["timeline"],
      reportPath: next(),
      casePath: next(),
    };
  });

function grow(document: AnalysisDocument, times: number, seconds: number): AnalysisDocument {
  const incidents = repeat(document.incidents, times).map((incident) => ({
    ...incident,
    actions: repeat(incident.actions, times),
    impact: { ...incident.impact, blockedSeconds: seconds, peakRunning: Math.floor(seconds) },
  }));
  const inputs = repeat(document.case.inputs, times);
  return {
    ...document,
    incidents,
    detectors: repeat(document.detectors, times),
    case: { ...document.case, inputs, missing: repeat(document.case.missing, times) },
  };
}
