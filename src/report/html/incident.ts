import type { Incident } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { durationText, percentText, secondsText } from "../view/amounts.js";
import { placeText } from "../view/citations.js";
import { harmOf } from "../view/harm.js";
import { impactRows } from "../view/impact-rows.js";
import { localTime, serverName, shortTime, windowSeconds, zoneOf } from "../view/local-times.js";
import { resourceText } from "../view/resource-words.js";
import { isLockIncident, isRunning, rootHeldSeconds } from "../view/root-hold.js";
import { withoutRootTexts } from "../view/without-root.js";
import { renderActions } from "./actions.js";
import { evidenceLinks, renderEvidence, renderHypotheses } from "./evidence.js";
import { renderKnowledge } from "./knowledge.js";
import { type Html, html, NOTHING, type Piece } from "./markup.js";
import { renderTimeline } from "./timeline.js";
import { renderTree } from "./tree.js";

/** Everything about one incident, in the order in which it is asked for. */
export function renderIncident(model: ReportModel, incident: Incident): Html {
  return html`${renderFigures(model, incident)}
<div class="pair">${renderRoot(model, incident)}${renderActions(incident)}</div>
${renderTimeline(model, incident)}
${renderTree(model, incident)}
${renderLosses(model, incident)}
${renderEvidence(model, incident)}
${renderHypotheses(incident)}
${renderKnowledge(model, incident)}`;
}

export function windowText(model: ReportModel, incident: Incident): string {
  const zone = zoneOf(model, incident.server);
  const { start, end } = incident.window;
  const lasted = durationText(windowSeconds(incident.window));
  return `${localTime(start, zone)} – ${shortTime(end, start, zone)} ${zone.label} (${lasted})`;
}

function renderFigures(model: ReportModel, incident: Incident): Html {
  const { impact } = incident;
  const running = [String(impact.peakRunning), "running at the peak", ""] as const;
  const waited: readonly (readonly [string, string, string])[] = [
    [String(impact.blockedCommands), impact.blockedCommands === 1 ? "command blocked" : "commands blocked", ""],
    [String(impact.blockedUsers), impact.blockedUsers === 1 ? "user blocked" : "users blocked", ""],
    [durationText(impact.blockedSeconds), "waited in total", longForm(impact.blockedSeconds)],
    [durationText(impact.longestWaitSeconds), "longest wait", longForm(impact.longestWaitSeconds)],
    running,
    [durationText(impact.avoidableSeconds), "would not have been without the root", longForm(impact.avoidableSeconds)],
  ];
  const { commands, users } = harmOf(model, incident);
  const harmed = [
    [String(commands), commands === 1 ? "command hit" : "commands hit", ""],
    [String(users), users === 1 ? "user hit" : "users hit", ""],
    running,
  ] as const;
  // A row of noughts says less than its absence.
  const figures = (impact.blockedCommands > 0 ? waited : harmed).filter(
    ([value]) => value !== "0" && value !== "0.0 s",
  );
  if (figures.length === 0) return NOTHING;
  return html`<dl class="figures">${figures.map(
    ([value, name, exact]) =>
      html`<div><dt>${name}</dt><dd>${value}${exact === "" ? null : html` <small>${exact}</small>`}</dd></div>`,
  )}</dl>`;
}

/** Whom it cost what: by user, program and place, most waiting first. */
function renderLosses(model: ReportModel, incident: Incident): Html {
  const rows = impactRows(model, incident);
  if (rows.length === 0) return NOTHING;
  const waited = rows.some(({ blockedSeconds }) => blockedSeconds > 0);
  return html`<section class="block" id="${incident.id}-losses"><h3>Whom it cost what</h3><div class="scroll"><table class="stack">
<thead><tr><th>By</th><th>Which</th><th class="num">Commands</th><th class="num">Users</th>${waited ? html`<th class="num">Blocked</th>` : NOTHING}</tr></thead><tbody>${rows.map(
    ({ what, name, commands, users, blockedSeconds }) =>
      html`<tr><td data-label="By">${what}</td><td data-label="Which"><code>${name}</code></td><td class="num" data-label="Commands">${commands}</td><td class="num" data-label="Users">${users}</td>${waited ? html`<td class="num" data-label="Blocked">${blockedSeconds === 0 ? "–" : durationText(blockedSeconds)}</td>` : NOTHING}</tr>`,
  )}</tbody></table></div>${renderWithout(model, incident)}</section>`;
}

function renderWithout(model: ReportModel, incident: Incident): Html {
  const texts = withoutRootTexts(model, incident);
  return texts.length === 0 ? NOTHING : html`${texts.map((one) => html`<p class="note">Replayed ${one}.</p>`)}`;
}

function longForm(seconds: number): string {
  return Math.abs(seconds) < 60 ? "" : secondsText(seconds);
}

function renderRoot(model: ReportModel, incident: Incident): Html {
  const { suspect, resource } = incident;
  const lock = isLockIncident(incident);
  const title = lock ? "Root blocker" : suspect === null ? "Where" : "Command";
  const held: readonly Piece[] = [
    html`<code>${resource.name}</code>`,
    resource.mode === null ? ` (${resource.kind})` : ` (${resource.kind}), for ${resource.mode}`,
  ];
  const what: Piece = lock ? held : resourceText(resource);
  if (suspect === null) {
    const unseen = lock ? html`<p>Not in the evidence: no file names the holder.</p>` : NOTHING;
    return html`<section class="card" id="${incident.id}-root"><h3>${title}</h3>${unseen}${facts([
      [lock ? "Resource" : "What", what],
      ...causeFacts(incident),
      ["Server", serverName(model.document.case.servers, incident.server)],
    ])}${renderGrounds(incident)}</section>`;
  }
  const zone = zoneOf(model, incident.server);
  const heldSeconds = rootHeldSeconds(model, incident);
  const ended = suspect.endTime === null ? "never completed" : localTime(suspect.endTime, zone);
  return html`<section class="card root" id="${incident.id}-root"><h3>${title}</h3>
<p class="who"><span class="pid">pid ${suspect.pid}</span> <b>${suspect.user}</b>@${suspect.workspace}</p>
<pre class="command">${suspect.cmd} ${suspect.args}</pre>
${facts([
  [lock ? "Held" : "What", what],
  ["Held for", heldSeconds === null ? null : `${suspect.inFlight ? "up to " : ""}${durationText(heldSeconds)}`],
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

const MOST_GROUNDS = 5;

/** Where no command is to be shown: what the leading cause rests on. */
function renderGrounds(incident: Incident): Html {
  const told = (incident.hypotheses[0]?.for ?? []).slice(0, MOST_GROUNDS);
  const grounds = told.flatMap((id) => incident.evidence.find((item) => item.id === id) ?? []);
  if (grounds.length === 0) return NOTHING;
  return html`<h4>What says so</h4><ul>${grounds.map(({ id, fact }) => html`<li>${fact} ${evidenceLinks(incident, [id])}</li>`)}</ul>`;
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
