import type { AnalysisDocument, Incident } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import type { Severity } from "../../contracts/severity.js";
import { durationText, percentText } from "../view/amounts.js";
import { shortTime, zoneOf } from "../view/local-times.js";
import { bullets, evidenceBlock, list, lostBlock, missingBlock, paragraph, pathsBlock, whenBlock } from "./blocks.js";
import type { Page } from "./columns.js";
import { blockerBlocks, causeBlock, chainBlock, costBlocks } from "./incident-blocks.js";
import { knowledgeBlocks } from "./knowledge-blocks.js";
import { type Block, blank, type Tone } from "./screen.js";
import { preventBlock, stepBlocks } from "./step-blocks.js";

const SEVERITY_TONE: Readonly<Record<Severity, Tone>> = {
  critical: "bad",
  major: "bad",
  warning: "warn",
  info: "strong",
};

/** The blocks of the first screen, in the order in which a person asks: what, who, how bad, why, what now, how sure. */
export function firstScreen(model: ReportModel, page: Page): Block[] {
  const { document } = model;
  const first = document.incidents[0];
  const headline = paragraph("", document.headline, page, { least: 3, rank: 1, wide: true });
  if (document.verdict === "incident" && first !== undefined) {
    return [verdictBlock(document, first, page), headline, blank(true), ...incidentBlocks(model, first, page)];
  }
  return [verdictBlock(document, null, page), headline, blank(true), ...quietBlocks(model, page)];
}

function verdictBlock(document: AnalysisDocument, first: Incident | null, page: Page): Block {
  const place = { least: 1, rank: 0, wide: true } as const;
  if (first !== null) {
    const text = `INCIDENT: ${first.category}, ${first.severity}, confidence ${percentText(first.confidence)}`;
    return paragraph("", text, page, { ...place, tone: SEVERITY_TONE[first.severity] });
  }
  const [text, tone] = QUIET_VERDICT[document.verdict];
  return paragraph("", text, page, { ...place, tone });
}

const QUIET_VERDICT: Readonly<Record<AnalysisDocument["verdict"], readonly [string, Tone]>> = {
  incident: ["INCIDENT", "bad"],
  "no-incident": ["NO INCIDENT: the evidence covers the window and shows none", "good"],
  "insufficient-evidence": ["CANNOT TELL: the evidence does not suffice", "warn"],
};

function incidentBlocks(model: ReportModel, incident: Incident, page: Page): Block[] {
  return [
    whenBlock(model, incident.window, incident.server, page),
    ...blockerBlocks(model, incident, page),
    ...costBlocks(model, incident, page),
    blank(true),
    ...stepBlocks(incident, page),
    blank(false),
    chainBlock(model, incident, page),
    causeBlock(model, incident, page),
    preventBlock(incident, page),
    ...knowledgeBlocks(model, incident, page),
    blank(false),
    alsoBlock(model, model.document.incidents.slice(1), page),
    evidenceBlock(model, page),
    lostBlock(model, page),
    missingBlock(model, page, { least: 0, rank: 12 }),
    pathsBlock(model, page),
  ];
}

/** No incident, or cannot tell: what was asked of the evidence, what it could not answer, and what would. */
function quietBlocks(model: ReportModel, page: Page): Block[] {
  const { document } = model;
  const insufficient = document.verdict === "insufficient-evidence";
  const named = (status: string) => document.detectors.filter((detector) => detector.status === status);
  const clear = named("clear").map(({ id }) => id);
  const untold = [...named("skipped"), ...named("failed")].map(({ id, status, missing }) =>
    missing.length === 0 ? `${id}: ${status}` : `${id}: needs ${missing.join(", ")}`,
  );
  const checked = clear.length === 0 ? "nothing could be checked in full" : clear.join(", ");
  const collect = [
    "run p4rca-collect.sh on the server during the next outage, before",
    "anyone restarts anything; it works while p4 hangs",
  ];
  return [
    whenBlock(model, document.case.window, null, page),
    paragraph(insufficient ? "Checked" : "Clear", checked, page, { least: 1, rank: 4 }),
    list("Unknown", untold, page, { least: 2, rank: 6 }),
    alsoBlock(model, document.incidents, page),
    blank(true),
    bullets("Missing", document.case.missing, page, { least: insufficient ? 4 : 0, rank: insufficient ? 2 : 12 }),
    ...(insufficient ? [list("Collect", collect, page, { least: 2, rank: 3 })] : []),
    blank(true),
    evidenceBlock(model, page),
    lostBlock(model, page),
    pathsBlock(model, page),
  ];
}

function alsoBlock(model: ReportModel, others: readonly Incident[], page: Page): Block {
  const beside = model.document.incidents[0]?.window.start ?? "";
  const rows = others.map(({ window, server, severity, cause, category, resource, impact }) => {
    const when = shortTime(window.start, beside, zoneOf(model, server));
    const cost =
      impact.blockedCommands > 0 ? `, ${impact.blockedCommands} blocked ${durationText(impact.blockedSeconds)}` : "";
    return `${when} ${severity} ${cause ?? category} ${resource.name}${cost}`;
  });
  const grave = others.some(({ severity }) => severity === "critical" || severity === "major");
  return list("Also", rows, page, { least: 2, rank: grave ? 4.5 : 11 });
}
