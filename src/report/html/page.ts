import type { AnalysisDocument, Incident } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { durationText, percentText } from "../view/amounts.js";
import { lossTexts, readText } from "../view/evidence-balance.js";
import { localTime, serverName, shortTime, windowSeconds, zoneOf } from "../view/local-times.js";
import { renderOverview } from "./curve.js";
import { renderBrief, renderIncident, windowText } from "./incident.js";
import { type Html, html, NOTHING, trusted } from "./markup.js";
import { PAGE_SCRIPT } from "./script.js";
import { PAGE_STYLE } from "./styles.js";
import { renderCoverage, renderDetectors, renderInputs, renderServers } from "./tables.js";
import { hatchings } from "./timeline.js";

/** Incidents drawn in full; the rest are listed with one line each. */
const MOST_DRAWN = 12;
const MOST_LISTED = 300;

// Nothing may be fetched from anywhere, whatever a log line says.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** One self-contained page; readable with JavaScript off and on paper. */
export function renderPage(model: ReportModel): string {
  const { document } = model;
  const first = document.verdict === "incident" ? (document.incidents[0] ?? null) : null;
  const others = first === null ? document.incidents : document.incidents.slice(1);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>p4rca: ${document.headline}</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
${hatchings()}
${renderTop(model)}
<main>
${renderBanner(model, first)}
${first === null ? NOTHING : renderIncident(model, first)}
${renderOthers(model, others)}
${renderOverview(model)}
${renderCoverage(model)}
${renderDetectors(model)}
${renderInputs(model)}
${renderServers(model)}
</main>
<footer><p>p4rca ${document.tool.version}. Every number on this page was read from the evidence; nothing was fetched from a network.</p></footer>
<script>${trusted(PAGE_SCRIPT)}</script>
</body>
</html>
`;
  return page.text;
}

function renderTop(model: ReportModel): Html {
  const first = model.document.incidents[0];
  const own = first === undefined || model.document.verdict !== "incident" ? [] : ownLinks(model, first);
  const links = [
    ...own,
    ["coverage", "Coverage"],
    ["detectors", "Checks"],
    ["inputs", "Files"],
    ["servers", "Servers"],
  ];
  return html`<header class="top"><strong>p4rca</strong><nav aria-label="on this page">${links.map(
    ([id, title]) => html`<a href="#${id ?? ""}">${title ?? ""}</a>`,
  )}</nav></header>`;
}

function ownLinks(model: ReportModel, incident: Incident): string[][] {
  const links: string[][] = [];
  if (model.timeline.length > 0) links.push([`${incident.id}-timeline`, "Timeline"]);
  if (incident.chain.length > 0) links.push([`${incident.id}-tree`, "Who waited"]);
  links.push([`${incident.id}-evidence`, "Evidence"]);
  if (model.document.incidents.length > 1) links.push(["others", "Other incidents"]);
  return links;
}

const QUIET: Readonly<Record<AnalysisDocument["verdict"], readonly [string, string]>> = {
  incident: ["Incident", "critical"],
  "no-incident": ["No incident", "clear"],
  "insufficient-evidence": ["Cannot tell: the evidence does not suffice", "warning"],
};

function renderBanner(model: ReportModel, first: Incident | null): Html {
  const { document } = model;
  const losses = lossTexts(document).slice(0, 20);
  const lost =
    losses.length === 0
      ? html`<p class="small muted">All of ${readText(document)} was read.</p>`
      : html`<p class="small lost"><b>Lost:</b> ${losses.join("; ")}</p>`;
  if (first !== null) {
    const where = `${windowText(model, first)}, ${serverName(document.case.servers, first.server)}`;
    return html`<section class="banner ${first.severity}"><p class="verdict">Incident <span class="sep">/</span> ${first.severity} <span class="sep">/</span> ${first.category}</p>
<h1>${document.headline}</h1><p class="when">${where}</p><p class="sure">Confidence <b>${percentText(first.confidence)}</b><i class="meter"><i style="width:${Math.round(first.confidence * 100)}%"></i></i></p>${lost}</section>`;
  }
  const [title, tone] = QUIET[document.verdict];
  const collect =
    document.verdict === "insufficient-evidence"
      ? html`<p><b>Next time</b> run <code>p4rca-collect.sh</code> on the server before anyone restarts anything; it works while p4 hangs.</p>`
      : NOTHING;
  return html`<section class="banner ${tone}"><p class="verdict">${title}</p><h1>${document.headline}</h1><p class="when">${caseWindow(model)}</p>${missingList(document)}${collect}${lost}</section>`;
}

function caseWindow(model: ReportModel): string {
  const { window } = model.document.case;
  if (window === null) return "No line of the evidence carries a time.";
  const zone = zoneOf(model, null);
  const lasted = durationText(windowSeconds(window));
  return `${localTime(window.start, zone)} – ${shortTime(window.end, window.start, zone)} ${zone.label} (${lasted})`;
}

function missingList(document: AnalysisDocument): Html {
  if (document.verdict !== "insufficient-evidence" || document.case.missing.length === 0) return NOTHING;
  return html`<p><b>What would have answered:</b></p><ul>${document.case.missing.map((item) => html`<li>${item}</li>`)}</ul>`;
}

function renderOthers(model: ReportModel, others: readonly Incident[]): Html {
  if (others.length === 0) return NOTHING;
  const drawn = others.slice(0, MOST_DRAWN);
  const listed = others.slice(MOST_DRAWN, MOST_DRAWN + MOST_LISTED);
  const rest = others.length - drawn.length - listed.length;
  return html`<section class="block" id="others"><h2>Other incidents</h2>
${drawn.map((incident) => html`<details class="other" id="${incident.id}"><summary>${renderBrief(model, incident)}</summary>${renderIncident(model, incident)}</details>`)}
${listed.length === 0 ? NOTHING : html`<ul>${listed.map((incident) => html`<li>${renderBrief(model, incident)}</li>`)}</ul>`}
${rest === 0 ? NOTHING : html`<p class="note">Not listed: ${rest} more; they are in the JSON document.</p>`}</section>`;
}
