import type { Action, Incident } from "../../contracts/analysis.js";
import { actionHeading, inOrder, needsCheck } from "../view/action-words.js";
import { evidenceLinks } from "./evidence.js";
import { type Html, html, NOTHING } from "./markup.js";

/** What to do now, what could have been done, what never to do, and how to keep it from happening again. */
export function renderActions(incident: Incident): Html {
  const byHeading = new Map<string, Action[]>();
  for (const action of inOrder(incident.actions)) {
    const heading = actionHeading(action);
    byHeading.set(heading, [...(byHeading.get(heading) ?? []), action]);
  }
  const groups = [...byHeading].map(
    ([heading, actions]) =>
      html`<h4>${heading}</h4><ul class="actions">${actions.map((action) => renderAction(incident, action))}</ul>`,
  );
  const prevention =
    incident.prevention.length === 0
      ? NOTHING
      : html`<h4>Keep it from happening again</h4><ul class="actions">${incident.prevention.map(
          ({ text, command }) => html`<li><p>${text}</p>${commandLine(command)}</li>`,
        )}</ul>`;
  return html`<section class="card" id="${incident.id}-actions"><h3>What to do</h3>${groups}${prevention}</section>`;
}

function renderAction(incident: Incident, action: Action): Html {
  const check = needsCheck(action) ? html`<p class="small"><b>Check first:</b> ${action.check}</p>` : NOTHING;
  const why =
    action.why === ""
      ? NOTHING
      : html`<p class="small muted">${action.why} ${evidenceLinks(incident, action.evidence)}</p>`;
  return html`<li class="${action.risk}"><p><span class="tag ${action.risk}">${action.risk}</span> ${action.text}</p>${commandLine(action.command)}${check}${why}</li>`;
}

function commandLine(command: string | null): Html {
  return command === null ? NOTHING : html`<pre class="command">${command}</pre>`;
}
