import type { Incident } from "../../contracts/analysis.js";
import type { Passage } from "../../contracts/knowledge.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { beforeText, doubtAbout, knowledgeOf, memoryText, placeOfPassage } from "../view/knowledge-words.js";
import { type Html, html, NOTHING } from "./markup.js";

/** What the books say, to be opened; and past incidents like this one. Quoted text, not part of the findings. */
export function renderKnowledge(model: ReportModel, incident: Incident): Html {
  const knowledge = knowledgeOf(model, incident);
  if (knowledge === null) return NOTHING;
  const { passages, before } = knowledge;
  const memory = memoryText(incident, knowledge);
  const past =
    memory === null
      ? NOTHING
      : html`<section class="block" id="${incident.id}-before"><h3>Seen before</h3><p>${memory}.</p><ul>${before.map(
          (one) => html`<li>${beforeText(one)}: ${one.title}</li>`,
        )}</ul></section>`;
  const books =
    passages.length === 0
      ? NOTHING
      : html`<section class="block" id="${incident.id}-knowledge"><h3>What the books say</h3>
<p class="note">Quoted for reading. What is known of this incident, and what to do, stands above.</p>${passages.map(renderPassage)}</section>`;
  return html`${past}${books}`;
}

function renderPassage(passage: Passage): Html {
  const doubt = doubtAbout(passage);
  const origin = [
    passage.source,
    passage.version === null ? null : `version ${passage.version}`,
    `passage ${passage.id}`,
  ].filter((part) => part !== null);
  return html`<details class="passage"><summary>${placeOfPassage(passage)}${doubt === null ? NOTHING : html` <b>(${doubt})</b>`}</summary>
<pre>${linesOf(passage.text)}</pre><p class="note">${origin.join(" · ")}</p></details>`;
}

/** Lines end as they do in the passage; any other control character is shown, not done. */
function linesOf(text: string): Html[] {
  return text.split("\n").map(
    (line) => html`${line.replaceAll("\t", "    ")}
`,
  );
}
