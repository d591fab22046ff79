import type { Incident } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { actionHeading, inOrder, needsCheck } from "../view/action-words.js";
import { countText, durationText, exactDuration, percentText, secondsText } from "../view/amounts.js";
import { blockingTree, type TreeNode } from "../view/blocking-tree.js";
import { commandKey, placeText, usersByCommand, verbatim } from "../view/citations.js";
import { harmText } from "../view/harm.js";
import { impactRows } from "../view/impact-rows.js";
import { beforeText, doubtAbout, knowledgeOf, memoryText, placeOfPassage } from "../view/knowledge-words.js";
import { localTime, serverName, shortTime, windowSeconds, zoneOf } from "../view/local-times.js";
import { resourceText } from "../view/resource-words.js";
import { isLockIncident, isRunning, rootHeldSeconds } from "../view/root-hold.js";
import { withoutRootTexts } from "../view/without-root.js";
import { bullets, code, codeBlock, table, text } from "./escape.js";

const MOST_CHAIN = 400;
const MOST_DEPTH = 12;

/** One incident as Markdown blocks, to be joined by blank lines. */
export function incidentSections(model: ReportModel, incident: Incident, heading: string): string[] {
  return [
    ...whatHappened(model, incident, heading),
    ...whoHeld(model, incident, heading),
    ...cost(model, incident, heading),
    ...losses(model, incident),
    ...chain(model, incident, heading),
    ...evidence(model, incident, heading),
    ...hypotheses(incident, heading),
    ...actions(incident, heading),
    ...knowledge(model, incident, heading),
  ];
}

function whatHappened(model: ReportModel, incident: Incident, heading: string): string[] {
  const { start, end } = incident.window;
  const zone = zoneOf(model, incident.server);
  const when = `${localTime(start, zone)} – ${shortTime(end, start, zone)} ${zone.label} (${durationText(windowSeconds(incident.window))})`;
  const rows = [
    `Category: ${text(incident.category)}, severity ${incident.severity}`,
    `When: ${text(when)}, server ${text(serverName(model.document.case.servers, incident.server))}`,
    `Cause: **${text(incident.cause ?? "not determined")}**, confidence ${percentText(incident.confidence)}`,
  ];
  if (incident.contributing.length > 0) rows.push(`Contributing: ${incident.contributing.map(text).join(", ")}`);
  return [`${heading} What happened`, bullets(rows)];
}

function whoHeld(model: ReportModel, incident: Incident, heading: string): string[] {
  const { suspect, resource } = incident;
  const lock = isLockIncident(incident);
  const title = lock ? "Who held what" : suspect === null ? "Where" : "Which command";
  const mode = resource.mode === null ? "" : ` for ${resource.mode}`;
  const what = lock
    ? `Resource: ${code(resource.name)} (${resource.kind})${mode}`
    : `About: ${text(resourceText(resource))}`;
  if (suspect === null)
    return [`${heading} ${title}`, bullets(lock ? ["Not in the evidence: no file names the holder.", what] : [what])];
  const zone = zoneOf(model, incident.server);
  const held = rootHeldSeconds(model, incident);
  const started = suspect.startTime === null ? "start not logged" : `started ${localTime(suspect.startTime, zone)}`;
  const ended = suspect.endTime === null ? "never completed" : `ended ${localTime(suspect.endTime, zone)}`;
  const rows = [
    `pid ${suspect.pid}, user ${text(suspect.user)}, workspace ${text(suspect.workspace)}`,
    `Command: ${code(`${suspect.cmd} ${suspect.args}`.trim())}`,
    what,
    `Time: ${started}, ${isRunning(incident) ? "still running at the end of the evidence" : ended} (${text(zone.label)})`,
    `From ${text(suspect.ip)} with ${text(suspect.app)}`,
  ];
  if (held !== null) rows.push(`Held for ${suspect.inFlight ? "up to " : ""}${exactDuration(held)}`);
  if (suspect.source !== null) rows.push(`Logged at ${code(placeText(model.document.case.inputs, suspect.source))}`);
  return [`${heading} ${title}`, bullets(rows)];
}

function cost(model: ReportModel, incident: Incident, heading: string): string[] {
  const { impact } = incident;
  const running = impact.peakRunning === 0 ? [] : [`${countText(impact.peakRunning, "command")} running at the peak`];
  if (impact.blockedCommands === 0) {
    const harm = harmText(model, incident);
    const rows = [...(harm === null ? [] : [text(harm)]), "Nobody waited for a lock", ...running];
    return [`${heading} Whom it cost what`, bullets(rows)];
  }
  const replayed = withoutRootTexts(model, incident).map((one) => text(`Replayed ${one}`));
  const avoidable = `${exactDuration(impact.avoidableSeconds)} of it would not have been without the root`;
  return [
    `${heading} Whom it cost what`,
    bullets([
      `${countText(impact.blockedCommands, "command")} of ${countText(impact.blockedUsers, "user")} blocked ${exactDuration(impact.blockedSeconds)} in total`,
      `Longest wait ${exactDuration(impact.longestWaitSeconds)}`,
      ...running,
      ...(impact.avoidableSeconds > 0 ? [avoidable] : []),
      ...replayed,
    ]),
  ];
}

/** The three ways to split the cost, as one table: most waiting first. */
function losses(model: ReportModel, incident: Incident): string[] {
  const shares = impactRows(model, incident);
  const waited = shares.some(({ blockedSeconds }) => blockedSeconds > 0);
  const rows = shares.map(({ what, name, commands, users, blockedSeconds }) => [
    what,
    code(name),
    String(commands),
    String(users),
    ...(waited ? [blockedSeconds === 0 ? "–" : exactDuration(blockedSeconds)] : []),
  ]);
  const head = ["By", "Which", "Commands", "Users", ...(waited ? ["Blocked"] : [])];
  return rows.length === 0 ? [] : [table(head, rows)];
}

function chain(model: ReportModel, incident: Incident, heading: string): string[] {
  if (incident.chain.length === 0) return [];
  const users = usersByCommand(model, incident);
  const rows: string[] = [];
  let leftOut = 0;
  const stack: { node: TreeNode; depth: number }[] = blockingTree(incident).map((node) => ({ node, depth: 0 }));
  stack.reverse();
  while (stack.length > 0) {
    const top = stack.pop();
    if (top === undefined) break;
    if (rows.length >= MOST_CHAIN) leftOut += 1;
    else rows.push(`${"  ".repeat(Math.min(top.depth, MOST_DEPTH))}- ${chainRow(top.node, users)}`);
    for (const child of [...top.node.children].reverse()) stack.push({ node: child, depth: top.depth + 1 });
  }
  const note = leftOut === 0 ? [] : [`Not shown: ${countText(leftOut, "further command")}.`];
  return [`${heading} Chain`, rows.join("\n"), ...note];
}

function chainRow(node: TreeNode, users: ReadonlyMap<string, string>): string {
  const user = users.get(commandKey(node));
  const who = `${node.pid} ${text(node.cmd)}${user === undefined ? "" : ` ${text(user)}`}`;
  const link = node.link ?? node.circle;
  if (link === null) return who;
  const circle = node.circle === null ? "" : ` in a circle with ${link.blocker.pid}`;
  const refs = link.evidence.length === 0 ? "" : ` ${link.evidence.map(text).join(" ")}`;
  return `${who} waited ${secondsText(link.seconds)} for ${code(link.resource)}${circle} (${link.certainty})${refs}`;
}

function evidence(model: ReportModel, incident: Incident, heading: string): string[] {
  if (incident.evidence.length === 0) return [];
  const rows = incident.evidence.map(({ id, fact, source }) => [
    text(id),
    text(fact),
    code(placeText(model.document.case.inputs, source)),
    source.text === "" ? "not kept" : code(verbatim(source.text).trim()),
  ]);
  return [`${heading} Evidence`, table(["Id", "Fact", "Where", "Line"], rows)];
}

function hypotheses(incident: Incident, heading: string): string[] {
  if (incident.hypotheses.length === 0) return [];
  const join = (items: readonly string[]) => (items.length === 0 ? "–" : items.map(text).join("; "));
  const rows = incident.hypotheses.map((guess) => [
    text(guess.cause ?? guess.category),
    percentText(guess.score),
    join(guess.for),
    join(guess.against),
    join(guess.missing),
  ]);
  return [`${heading} Possible causes`, table(["Cause", "Score", "For", "Against", "Missing"], rows)];
}

function actions(incident: Incident, heading: string): string[] {
  const blocks: string[] = [];
  for (const action of inOrder(incident.actions)) {
    const rows = [`**${actionHeading(action)}** [${action.risk}]: ${text(action.text)}`];
    if (needsCheck(action)) rows.push(`Check first: ${text(action.check)}`);
    if (action.why !== "") rows.push(`Why: ${text(action.why)} ${action.evidence.map(text).join(" ")}`.trimEnd());
    blocks.push(rows.join("  \n"));
    if (action.command !== null) blocks.push(codeBlock(action.command));
  }
  const prevention = incident.prevention.flatMap(({ text: advice, command }) =>
    command === null ? [text(advice)] : [text(advice), codeBlock(command)],
  );
  return [
    ...(blocks.length === 0 ? [] : [`${heading} What to do`, ...blocks]),
    ...(prevention.length === 0 ? [] : [`${heading} Prevention`, ...prevention]),
  ];
}

/** Past incidents like this one, and what to read: pointers, without the passages' text. */
function knowledge(model: ReportModel, incident: Incident, heading: string): string[] {
  const found = knowledgeOf(model, incident);
  if (found === null) return [];
  const memory = memoryText(incident, found);
  const past = found.before.map((one) => `${text(beforeText(one))}: ${text(one.title)}`);
  const read = found.passages.map((passage) => {
    const doubt = doubtAbout(passage);
    const version = passage.version === null ? "" : `, version ${text(passage.version)}`;
    return `${text(placeOfPassage(passage))}${doubt === null ? "" : ` (${text(doubt)})`}: ${code(passage.source)}${version}, passage ${code(passage.id)}`;
  });
  return [
    ...(memory === null
      ? []
      : [`${heading} Seen before`, `${text(memory)}.`, ...(past.length === 0 ? [] : [bullets(past)])]),
    ...(read.length === 0 ? [] : [`${heading} What to read`, bullets(read)]),
  ];
}
