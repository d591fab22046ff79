import type { Incident } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { countText, durationText, secondsText } from "../view/amounts.js";
import { placeText } from "../view/citations.js";
import { localTime, shortTime, type Zone, zoneOf } from "../view/local-times.js";
import { renderCurveLane } from "./curve.js";
import { type Html, html, NOTHING } from "./markup.js";
import { gridLines, renderAxis, type Tick, ticksOf } from "./time-axis.js";
import { type Lane, layOutTimeline, type PlacedBar, type TimelineLayout } from "./timeline-layout.js";

/**
 * Who held and who waited, one lane a table, under the number of commands running. Positions are percentages and
 * heights pixels, so that the drawing follows the width of the page without a script and its text is never stretched.
 */
export function renderTimeline(model: ReportModel, incident: Incident): Html {
  const layout = layOutTimeline(model, incident);
  if (layout.lanes.length === 0) return NOTHING;
  const zone = zoneOf(model, incident.server);
  const ticks = ticksOf(layout.frame, zone);
  const lanes = layout.lanes.map((lane) => renderLane(model, lane, ticks, zone));
  return html`<section class="block" id="${incident.id}-timeline">
<h3>Locks over time</h3>
<p class="note">Local time of the server, ${zone.label}. Holds are tall bars, waits thin hatched ones below them. Point at a bar for its command and log line.</p>
${legend()}
${controls(incident, layout)}
<div class="timeline" data-timeline>
<div class="timeline-inner">
${renderAxis(ticks)}
${renderCurveLane(model, incident.server, layout.frame, ticks)}
${lanes}
${renderAxis(ticks)}
</div>
</div>
<p class="bar-detail" data-detail aria-live="polite" hidden></p>
${leftOutNote(layout)}
</section>`;
}

function leftOutNote(layout: TimelineLayout): Html {
  if (layout.barsLeftOut === 0) return NOTHING;
  const lanes = layout.lanesLeftOut === 0 ? "" : `, among them all of ${countText(layout.lanesLeftOut, "object")}`;
  return html`<p class="note">Not drawn: ${countText(layout.barsLeftOut, "shorter bar")}${lanes}. They are in the case.</p>`;
}

function legend(): Html {
  const kinds = [
    ["held read root", "root blocker (outlined: read, filled: write)"],
    ["held read", "held for read"],
    ["held write", "held for write"],
    ["wait read", "waited to read"],
    ["wait write", "waited to write"],
  ] as const;
  return html`<ul class="legend">${kinds.map(
    ([kind, title]) =>
      html`<li><svg width="30" height="13" aria-hidden="true"><rect class="bar ${kind}" x="1" y="${kind.startsWith("wait") ? 3 : 1}" width="28" height="${kind.startsWith("wait") ? 8 : 11}"/></svg>${title}</li>`,
  )}</ul>`;
}

/** Shown by the script only: without it, they could not do anything. */
function controls(incident: Incident, layout: TimelineLayout): Html {
  const longestS = Math.max(1, Math.ceil(layout.longestMs / 1000));
  return html`<div class="controls" data-controls hidden>
<label>At least <input type="range" min="0" max="${longestS}" step="0.1" value="0" data-threshold aria-label="shortest bar shown, seconds"> <input type="number" min="0" max="${longestS}" step="0.1" value="0" data-threshold-box aria-label="shortest bar shown, seconds"> s</label>
<label>Table <select data-lane-filter id="${incident.id}-table"><option value="">all</option>${layout.lanes.map(
    ({ object }) => html`<option value="${object}">${object}</option>`,
  )}</select></label>
<span class="zoom">Zoom <button type="button" data-zoom="0.5" aria-label="zoom out">−</button><button type="button" data-zoom="2" aria-label="zoom in">+</button></span>
<output data-shown></output>
</div>`;
}

function renderLane(model: ReportModel, lane: Lane, ticks: readonly Tick[], zone: Zone): Html {
  const count = `${lane.holds} held, ${lane.waits} waited`;
  return html`<div class="lane" data-lane="${lane.object}">
<div class="lane-name"><b>${lane.object}</b><small>${count}</small></div>
<svg width="100%" height="${lane.heightPx}" role="img" aria-label="${lane.object}: ${count}">${gridLines(ticks)}${lane.bars.map((placed) => renderBar(model, placed, zone))}</svg>
</div>
`;
}

function renderBar(model: ReportModel, placed: PlacedBar, zone: Zone): Html {
  const { bar, root, leftPercent, widthPercent, topPx, heightPx } = placed;
  const seconds = (bar.toMs - bar.fromMs) / 1000;
  const kind = `bar ${bar.what} ${bar.mode}${root ? " root" : ""}`;
  const rect = html`<rect class="${kind}" x="${leftPercent}%" y="${topPx}" width="${widthPercent}%" height="${heightPx}" data-seconds="${seconds.toFixed(3)}"><title>${barTitle(model, placed, zone)}</title></rect>`;
  return placed.labelled ? html`${rect}${barLabel(placed)}` : rect;
}

function barTitle(model: ReportModel, { bar, root }: PlacedBar, zone: Zone): string {
  const who = `${bar.pid === null ? "unknown pid" : `pid ${bar.pid}`} ${bar.user} ${bar.cmd}`;
  const deed = bar.what === "held" ? `held ${bar.object} for ${bar.mode}` : `waited to ${bar.mode} ${bar.object}`;
  const when = `${localTime(bar.fromMs, zone)} to ${shortTime(bar.toMs, bar.fromMs, zone)} ${zone.label}`;
  const place = placeText(model.document.case.inputs, bar);
  const lasted = durationText((bar.toMs - bar.fromMs) / 1000);
  return `${root ? "Root blocker: " : ""}${who} ${deed} ${lasted}, ${when} (${bar.certainty}, ${place})`;
}

/** Beside the bar where there is room on a wide page, else on it. */
function barLabel({ bar, root, leftPercent, widthPercent, topPx, heightPx }: PlacedBar): Html {
  const end = leftPercent + widthPercent;
  const name = `${bar.pid ?? "?"} ${bar.user} ${bar.cmd}`.slice(0, 40);
  const text = `${root ? "root " : ""}${name} ${secondsText((bar.toMs - bar.fromMs) / 1000)}`;
  const y = topPx + heightPx / 2 + 4;
  const kind = `bar-label ${bar.what}${bar.mode === "write" ? " write" : ""}`;
  if (end <= 74) return html`<text class="${kind}" x="${end}%" dx="6" y="${y}">${text}</text>`;
  if (leftPercent >= 25)
    return html`<text class="${kind}" x="${leftPercent}%" dx="-6" y="${y}" text-anchor="end">${text}</text>`;
  if (bar.what === "held") return html`<text class="${kind} on" x="${leftPercent}%" dx="8" y="${y}">${text}</text>`;
  // Hatching behind letters is hard to read: the label brings its own ground.
  return html`<svg class="${kind}" x="${leftPercent}%" y="${y - 11}" height="15"><rect class="label-ground" x="6" y="0" width="${text.length * 6 + 6}" height="15"/><text x="9" y="11">${text}</text></svg>`;
}

/** Hatchings for the waits, once a page; every drawing refers to them. */
export function hatchings(): Html {
  return html`<svg class="defs" width="0" height="0" aria-hidden="true"><defs>
<pattern id="hatch-read" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="hatch-ground"/><line x1="0" y1="0" x2="0" y2="6" class="hatch-line"/></pattern>
<pattern id="hatch-write" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="4" height="4" class="hatch-ground"/><line x1="0" y1="0" x2="0" y2="4" class="hatch-line"/><line x1="0" y1="0" x2="4" y2="0" class="hatch-line"/></pattern>
</defs></svg>`;
}
