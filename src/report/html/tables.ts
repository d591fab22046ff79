import type { CaseInput } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { bytesText } from "../view/amounts.js";
import { byteTotals, evidenceBalance } from "../view/evidence-balance.js";
import { serverName } from "../view/local-times.js";
import { type Html, html, NOTHING } from "./markup.js";

const MOST_INPUTS = 2000;

/** What was asked of the evidence, with the four answers a detector can give. */
export function renderDetectors(model: ReportModel): Html {
  const answers = {
    fired: "found something",
    clear: "looked, found nothing",
    skipped: "cannot tell",
    failed: "failed",
  } as const;
  return html`<section class="block" id="detectors"><h2>What was checked</h2><div class="scroll"><table class="stack">
<thead><tr><th>Detector</th><th>Answer</th><th>What it lacked</th></tr></thead><tbody>${model.document.detectors.map(
    ({ id, status, missing }) =>
      html`<tr><td data-label="Detector"><code>${id}</code></td><td data-label="Answer"><span class="tag ${status}">${status}</span> ${answers[status]}</td><td data-label="Lacked">${missing.length === 0 ? "–" : missing.join(", ")}</td></tr>`,
  )}</tbody></table></div></section>`;
}

export function renderCoverage(model: ReportModel): Html {
  const { present, absent } = evidenceBalance(model.document);
  const { missing, timeZone } = model.document.case;
  const from = {
    default: "assumed, no file tells it",
    option: "given by option",
    capture: "read from a capture",
  } as const;
  return html`<section class="block" id="coverage"><h2>What the evidence covers</h2><dl class="facts">
<div><dt>Present</dt><dd>${present.length === 0 ? "nothing usable" : present.join(", ")}</dd></div>
<div><dt>Absent</dt><dd>${absent.length === 0 ? "nothing" : absent.join(", ")}</dd></div>
<div><dt>Would help</dt><dd>${missing.length === 0 ? "nothing" : html`<ul>${missing.map((item) => html`<li>${item}</li>`)}</ul>`}</dd></div>
<div><dt>Time zone</dt><dd>${timeZone.assumed}, ${from[timeZone.from]}</dd></div></dl></section>`;
}

/** Every file with what became of its bytes: the four columns add up to its size. */
export function renderInputs(model: ReportModel): Html {
  const { inputs } = model.document.case;
  const shown = inputs.slice(0, MOST_INPUTS);
  const totals = byteTotals(model.document);
  const leftOut = inputs.length - shown.length;
  return html`<section class="block" id="inputs"><h2>Files read</h2>
<p class="note">Every byte is accounted for: parsed + noise + unknown + skipped = size.</p>
<div class="controls" data-controls hidden><label>Filter <input type="search" data-table-filter="inputs-table" aria-label="filter the files"></label></div>
<div class="scroll"><table id="inputs-table" class="stack"><thead><tr><th>File</th><th>Kind</th><th>Server</th><th class="num">Size</th><th class="num">Lines</th><th class="num">Records</th><th class="num">Parsed</th><th class="num">Noise</th><th class="num">Unknown</th><th class="num">Skipped</th></tr></thead>
<tbody>${shown.map((input) => renderInput(model, input))}</tbody>
<tfoot><tr><th data-label="File">${totals.files} files</th><td></td><td></td><td class="num" data-label="Size">${bytesText(totals.bytes)}</td><td></td><td></td><td class="num" data-label="Parsed">${bytesText(totals.parsed)}</td><td class="num" data-label="Noise">${bytesText(totals.noise)}</td><td class="num" data-label="Unknown">${bytesText(totals.unknown)}</td><td class="num" data-label="Skipped">${bytesText(totals.skipped)}</td></tr></tfoot></table></div>
${leftOut === 0 ? NOTHING : html`<p class="note">Not listed: ${leftOut} more files; they are in the JSON document.</p>`}</section>`;
}

function renderInput(model: ReportModel, input: CaseInput): Html {
  const { bytesBy } = input;
  const loss = (bytes: number) => (bytes > 0 ? html`<b class="lost">${bytesText(bytes)}</b>` : html`0`);
  const server = input.server === null ? "–" : serverName(model.document.case.servers, input.server);
  const notes = input.notes.map((note) => html`<br><small class="lost">${note}</small>`);
  return html`<tr><td data-label="File"><code title="sha256 ${input.sha256}">${input.path}</code>${notes}</td><td data-label="Kind">${input.kind}</td><td data-label="Server">${server}</td><td class="num" data-label="Size">${bytesText(input.bytes)}</td><td class="num" data-label="Lines">${input.lines}</td><td class="num" data-label="Records">${input.records}</td><td class="num" data-label="Parsed">${bytesText(bytesBy.parsed)}</td><td class="num" data-label="Noise">${bytesText(bytesBy.noise)}</td><td class="num" data-label="Unknown">${loss(bytesBy.unknown)}</td><td class="num" data-label="Skipped">${loss(bytesBy.skipped)}</td></tr>
`;
}

export function renderServers(model: ReportModel): Html {
  const { servers } = model.document.case;
  if (servers.length === 0) return NOTHING;
  return html`<section class="block" id="servers"><h2>Servers</h2>${servers.map((server) => {
    const settings = Object.entries(server.configurables).sort(([a], [b]) => (a < b ? -1 : 1));
    const list = settings.map(
      ([name, value]) => html`<div><dt><code>${name}</code></dt><dd><code>${value}</code></dd></div>`,
    );
    const folded =
      settings.length === 0
        ? html`<p class="muted">No configurables in the evidence.</p>`
        : html`<details${settings.length <= 12 ? html` open` : null}><summary>${settings.length} configurables</summary><dl class="facts settings">${list}</dl></details>`;
    return html`<h3>${server.serverId ?? server.instance ?? server.id}</h3><p class="note">${server.id}, ${server.role}, ${server.version ?? "version unknown"}${server.instance === null ? null : `, instance ${server.instance}`}</p>${folded}`;
  })}</section>`;
}
