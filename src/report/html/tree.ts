import type { Incident } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { countText, secondsText } from "../view/amounts.js";
import { blockingTree, type TreeNode } from "../view/blocking-tree.js";
import { commandKey, usersByCommand } from "../view/citations.js";
import { evidenceLinks } from "./evidence.js";
import { type Html, html, NOTHING } from "./markup.js";

const MOST_NODES = 600;
const MOST_DEPTH = 16;
/** Siblings beyond this stand behind a fold: the pattern is clear by then. */
const OPEN_SIBLINGS = 10;

interface Drawing {
  readonly incident: Incident;
  readonly users: ReadonlyMap<string, string>;
  readonly longestS: number;
  nodesLeft: number;
  leftOut: number;
}

/** Root to victims as nested lists: every command once, under the one it waited for longest. */
export function renderTree(model: ReportModel, incident: Incident): Html {
  const tops = blockingTree(incident);
  if (tops.length === 0) return NOTHING;
  const drawing: Drawing = {
    incident,
    users: usersByCommand(model, incident),
    longestS: incident.chain.reduce((most, { seconds }) => Math.max(most, seconds), 0.001),
    nodesLeft: MOST_NODES,
    leftOut: 0,
  };
  const list = renderSiblings(tops, 0, drawing);
  const note =
    drawing.leftOut === 0
      ? NOTHING
      : html`<p class="note">Not shown: ${countText(drawing.leftOut, "further command")}.</p>`;
  return html`<section class="block" id="${incident.id}-tree"><h3>Who waited for whom</h3>
<p class="note">Each command stands once, under the one it waited for longest. <em>logged</em>: both sides in the log; <em>captured</em>: seen in lslocks, lsof or monitor; <em>inferred</em>: from its effect.</p>
<div class="tree">${list}</div>${note}</section>`;
}

function renderSiblings(nodes: readonly TreeNode[], depth: number, drawing: Drawing): Html {
  const open: Html[] = [];
  const folded: Html[] = [];
  for (const node of nodes) {
    if (drawing.nodesLeft === 0 || depth > MOST_DEPTH) {
      drawing.leftOut += 1 + node.descendantCount;
      continue;
    }
    drawing.nodesLeft -= 1;
    (open.length < OPEN_SIBLINGS ? open : folded).push(renderNode(node, depth, drawing));
  }
  const rest =
    folded.length === 0
      ? NOTHING
      : html`<li class="more"><details><summary>${folded.length} more with shorter waits</summary><ul>${folded}</ul></details></li>`;
  return html`<ul>${open}${rest}</ul>`;
}

function renderNode(node: TreeNode, depth: number, drawing: Drawing): Html {
  const { suspect } = drawing.incident;
  const root = suspect !== null && commandKey(node) === commandKey(suspect);
  const user = drawing.users.get(commandKey(node)) ?? null;
  const below =
    node.descendantCount === 0 || depth > 0
      ? NOTHING
      : html`<span class="below">${countText(node.descendantCount, "command")} behind it</span>`;
  const children = node.children.length === 0 ? NOTHING : renderSiblings(node.children, depth + 1, drawing);
  return html`<li><div class="node${root ? " root" : ""}">${root ? html`<span class="tag root">root</span>` : null}<span class="pid">${node.pid}</span> <b>${node.cmd}</b> ${user} ${waitText(node, drawing)}${below}</div>${children}</li>`;
}

function waitText(node: TreeNode, drawing: Drawing): Html {
  const link = node.link ?? node.circle;
  if (link === null) return NOTHING;
  const share = Math.min(100, Math.max(1, Math.round((link.seconds / drawing.longestS) * 100)));
  const circle =
    node.circle === null ? NOTHING : html`<span class="tag warn">circle: it waits for ${link.blocker.pid} below</span>`;
  const others =
    node.otherLinks.length === 0
      ? NOTHING
      : html`<span class="muted">also behind ${node.otherLinks.slice(0, 5).map(({ blocker, resource }, index) => `${index > 0 ? ", " : ""}${blocker.pid} (${resource})`)}</span>`;
  return html`<span class="waited"><i class="wait-bar" style="width:${share}px"></i>${secondsText(link.seconds)}</span> <code>${link.resource}</code> <span class="tag">${link.certainty}</span>${circle} ${others} ${evidenceLinks(drawing.incident, link.evidence.slice(0, 6))}`;
}
