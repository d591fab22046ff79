import type { Incident } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { durationText, percentText, secondsText } from "../view/amounts.js";
import { placeText } from "../view/citations.js";
import { localTime, serverName, shortTime, windowSeconds, zoneOf } from "../view/local-times.js";
import { isLockIncident, isRunning, rootHeldSeconds } from "../view/root-hold.js";
import { renderActions } from "./actions.js";
import { renderEvidence, renderHypotheses } from "./evidence.js";
import { type Html, html, NOTHING, type Piece } from "./markup.js";
import { renderTimeline } from "./timeline.js";
import { renderTree } from "./tree.js";

/** Everything about one incident, in the order in which it is asked for. */
export function renderIncident(model: ReportModel, incident: Incident): Html {
  return html`${renderFigures(incident)}
<div class="pair">${renderRoot(model, incident)}${renderActions(incident)}</div>
${renderTimeline(model, incident)}
${renderTree(model, incident)}
${renderEvidence(model, incident)}
${renderHypotheses(incident)}`;
}

export function windowText(model: ReportModel, incident: Incident): string {
  const zone = zoneOf(model, incident.server);
  const { start, end } = incident.window;
  const lasted = durationText(windowSeconds(incident.window));
  return `${localTime(start, zone)} – ${shortTime(end, start, zone)} ${zone.label} (${lasted})`;
}

function renderFigures({ impact }: Incident): Html {
  const figures: readonly (readonly [string, string, string])[] = [
    [String(impact.blockedCommands), impact.blockedCommands === 1 ? "command blocked" : "commands blocked", ""],
    [String(impact.blockedUsers), impact.blockedUsers === 1 ? "user blocked" : "users blocked", ""],
    [durationText(impact.blockedSeconds), "waited in total", longForm(impact.blockedSeconds)],
    [durationText(impact.longestWaitSeconds), "longest wait", longForm(impact.longestWaitSeconds)],
    [String(impact.peakRunning), "running at the peak", ""],
    [durationText(impact.avoidableSeconds), "would not have been without the root", longForm(impact.avoidableSeconds)],
  ];
  return html`<dl class="figures">${figures.map(
    ([value, name, exact]) =>
      html`<div><dt>${name}</dt><dd>${value}${exact === "" ? null : html` <small>${exact}</small>`}</dd></div>`,
  )}</dl>`;
}

function longForm(seconds: number): string {
  return Math.abs(seconds) < 60 ? "" : secondsText(seconds);
}

function renderRoot(model: ReportModel, incident: Incident): Html {
  const { suspect, resource } = incident;
  const title = isLockIncident(incident) ? "Root blocker" : "Command";
  const what: readonly Piece[] = [
    html`<code>${resource.name}</code>`,
    resource.mode === null ? ` (${resource.kind})` : ` (${resource.kind}), for ${resource.mode}`,
  ];
  if (suspect === null) {
    return html`<section class="card" id="${incident.id}-root"><h3>${title}</h3><p>Not in the evidence: no file names the command.</p>${facts([["Resource", what], ...causeFacts(incident)])}</section>`;
  }
  const zone = zoneOf(model, incident.server);
  const held = rootHeldSeconds(model, incident);
  const ended = suspect.endTime === null ? "never completed" : localTime(suspect.endTime, zone);
  return html`<section class="card root" id="${incident.id}-root"><h3>${title}</h3>
<p class="who"><span class="pid">pid ${suspect.pid}</span> <b>${suspect.user}</b>@${suspect.workspace}</p>
<pre class="command">${suspect.cmd} ${suspect.args}</pre>
${facts([
  [isLockIncident(incident) ? "Held" : "Resource", what],
  ["Held for", held === null ? null : `${suspect.inFlight ? "up to " : ""}${durationText(held)}`],
  ["Started", suspect.startTime === null ? "not logged" : `${localTime(suspect.startTime, zone)} ${zone.label}`],
  ["Ended", isRunning(incident) ? html`<b class="alive">still running at the end of the evidence</b>` : ended],
  ["From", `${suspect.ip} with ${suspect.app}`],
  [
    "Logged at",
    suspect.source === null ? null : html`<code>${placeText(model.document.case.inputs, suspect.source)}</code>`,
  ],
  ...causeFacts(incident),
  ["Server", serverName(model.document.case.servers, incident.server)],
])}</section>`;
}

function causeFacts(incident: Incident): [string, Piece][] {
  const contributing = incident.contributing.join(", ");
  return [
    ["Cause", html`<b>${incident.cause ?? "not determined"}</b>, confidence ${percentText(incident.confidence)}`],
    ["Contributing", contributing === "" ? null : contributing],
  ];
}

function facts(rows: readonly (readonly [string, Piece])[]): Html {
  const known = rows.filter(([, value]) => value !== null && value !== "");
  return html`<dl class="facts">${known.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** One line of the list of further incidents. */
export function renderBrief(model: ReportModel, incident: Incident): Html {
  const { impact } = incident;
  const cost =
    impact.blockedCommands === 0
      ? NOTHING
      : html`, ${impact.blockedCommands} blocked ${durationText(impact.blockedSeconds)}`;
  return html`<span class="tag ${incident.severity}">${incident.severity}</span> <b>${incident.cause ?? incident.category}</b> <code>${incident.resource.name}</code> ${windowText(model, incident)}${cost}`;
}
