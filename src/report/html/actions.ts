import type { Action, Incident } from "../../contracts/analysis.js";
import { evidenceLinks } from "./evidence.js";
import { type Html, html, NOTHING } from "./markup.js";

const TITLES: Readonly<Record<Action["when"], string>> = {
  now: "Do now",
  was: "Too late now: what was possible while it ran",
  prevention: "Later",
};

/** What to do now, what could have been done, what never to do, and how to keep it from happening again. */
export function renderActions(incident: Incident): Html {
  const never = incident.actions.filter(({ risk }) => risk === "never");
  const groups = (["now", "was", "prevention"] as const).map((when) => {
    const actions = incident.actions.filter((action) => action.when === when && action.risk !== "never");
    return actions.length === 0
      ? NOTHING
      : html`<h4>${TITLES[when]}</h4><ul class="actions">${actions.map((action) => renderAction(incident, action))}</ul>`;
  });
  const warnings =
    never.length === 0
      ? NOTHING
      : html`<h4>Never</h4><ul class="actions">${never.map((action) => renderAction(incident, action))}</ul>`;
  const prevention =
    incident.prevention.length === 0
      ? NOTHING
      : html`<h4>Keep it from happening again</h4><ul class="actions">${incident.prevention.map(
          ({ text, command }) => html`<li><p>${text}</p>${commandLine(command)}</li>`,
        )}</ul>`;
  return html`<section class="card" id="${incident.id}-actions"><h3>What to do</h3>${groups}${warnings}${prevention}</section>`;
}

function renderAction(incident: Incident, action: Action): Html {
  const check =
    action.check === "" || action.when === "was"
      ? NOTHING
      : html`<p class="small"><b>Check first:</b> ${action.check}</p>`;
  const why =
    action.why === ""
      ? NOTHING
      : html`<p class="small muted">${action.why} ${evidenceLinks(incident, action.evidence)}</p>`;
  return html`<li class="${action.risk}"><p><span class="tag ${action.risk}">${action.risk}</span> ${action.text}</p>${commandLine(action.command)}${check}${why}</li>`;
}

function commandLine(command: string | null): Html {
  return command === null ? NOTHING : html`<pre class="command">${command}</pre>`;
}
