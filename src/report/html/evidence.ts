import type { Incident } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { percentText } from "../view/amounts.js";
import { placeText, verbatim } from "../view/citations.js";
import { type Html, html, NOTHING } from "./markup.js";

const MOST_EVIDENCE = 500;

/** Evidence is numbered per incident, so its anchor carries both. */
function anchor(incident: Incident, id: string): string {
  return `${incident.id}-${id}`;
}

/** Ids that are evidence of the incident become links; other words (a reason in plain English) stay as they are. */
export function evidenceLinks(incident: Incident, ids: readonly string[]): Html {
  if (ids.length === 0) return NOTHING;
  const known = new Set(incident.evidence.slice(0, MOST_EVIDENCE).map(({ id }) => id));
  return html`<span class="refs">${ids.map((id) =>
    known.has(id) ? html`<a href="#${anchor(incident, id)}">${id}</a> ` : html`<span>${id}</span> `,
  )}</span>`;
}

export function renderEvidence(model: ReportModel, incident: Incident): Html {
  if (incident.evidence.length === 0) return NOTHING;
  const shown = incident.evidence.slice(0, MOST_EVIDENCE);
  const leftOut = incident.evidence.length - shown.length;
  return html`<section class="block" id="${incident.id}-evidence"><h3>Evidence</h3>
<ol class="evidence">${shown.map(
    ({ id, fact, source }) => html`<li id="${anchor(incident, id)}"><span class="eid">${id}</span><div><p>${fact}</p>
<p class="place"><code>${placeText(model.document.case.inputs, source)}</code> <span class="muted">byte ${source.byteOffset}</span></p>
${source.text === "" ? html`<p class="muted">The line's text was not kept.</p>` : html`<pre>${verbatim(source.text)}</pre>`}</div></li>`,
  )}</ol>${leftOut === 0 ? NOTHING : html`<p class="note">Not shown: ${leftOut} more; they are in the JSON document.</p>`}</section>`;
}

export function renderHypotheses(incident: Incident): Html {
  if (incident.hypotheses.length === 0) return NOTHING;
  return html`<section class="block" id="${incident.id}-hypotheses"><h3>Possible causes</h3><div class="scroll"><table class="stack">
<thead><tr><th>Cause</th><th class="num">Score</th><th>For</th><th>Against</th><th>Missing</th></tr></thead><tbody>${incident.hypotheses.map(
    (
      guess,
      index,
    ) => html`<tr${index === 0 ? html` class="lead"` : null}><td data-label="Cause"><b>${guess.cause ?? "not determined"}</b><br><small class="muted">${guess.category}</small></td>
<td class="num" data-label="Score">${percentText(guess.score)}</td><td data-label="For">${reasons(incident, guess.for)}</td><td data-label="Against">${reasons(incident, guess.against)}</td><td data-label="Missing">${guess.missing.length === 0 ? "–" : guess.missing.join("; ")}</td></tr>`,
  )}</tbody></table></div></section>`;
}

function reasons(incident: Incident, items: readonly string[]): Html {
  return items.length === 0 ? html`<span class="muted">nothing</span>` : evidenceLinks(incident, items);
}
