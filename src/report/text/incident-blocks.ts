import type { Action, Incident, Suspect } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { countText, durationText, exactDuration, percentText, secondsText } from "../view/amounts.js";
import { blockingTree, type TreeNode } from "../view/blocking-tree.js";
import { bestEvidence, commandKey, placeText, usersByCommand } from "../view/citations.js";
import { shortTime, zoneOf } from "../view/local-times.js";
import { isLockIncident, rootHeldSeconds } from "../view/root-hold.js";
import { paragraph } from "./blocks.js";
import { clean, columnsOf, cutEnd, cutMiddle, type Page, wrap } from "./columns.js";
import { type Block, contentColumns, type Line, line } from "./screen.js";

const CHAIN_LINES = 6;

/** Who held what since when; and, as a block of its own that gives way first, from where and with which program. */
export function blockerBlocks(model: ReportModel, incident: Incident, page: Page): Block[] {
  const { suspect, resource } = incident;
  const lock = isLockIncident(incident);
  const mode = resource.mode === null ? "" : ` for ${resource.mode}`;
  if (suspect === null) {
    const text = lock
      ? `not in the evidence: nothing shows who held ${resource.name}${mode}`
      : `no single command; ${resource.kind} ${resource.name}`;
    return [paragraph(lock ? "Blocker" : "Where", text, page, { least: 1, rank: 2 })];
  }
  const columns = contentColumns(page);
  const oneLine = (row: string) => line(cutMiddle(clean(row, page), columns, page));
  const who = oneLine(`pid ${suspect.pid} ${suspect.user}@${suspect.workspace} ${suspect.cmd} ${suspect.args}`);
  const what = lock ? holdText(model, incident) : `${resource.kind} ${resource.name}`;
  const deed = wrap(clean(`${what}; ${lifeText(model, incident, suspect)}`, page), columns, page).slice(0, 2);
  const origin = oneLine(`from ${suspect.ip} with ${suspect.app}${sourceText(model, suspect)}`);
  const lines = [{ ...who, tone: "strong" as const }, ...deed.map((row) => line(row))];
  return [
    { label: lock ? "Blocker" : "Command", lines, least: lines.length, rank: 2 },
    { label: "", lines: [origin], least: 0, rank: 14 },
  ];
}

function holdText(model: ReportModel, incident: Incident): string {
  const { resource, suspect } = incident;
  const seconds = rootHeldSeconds(model, incident);
  const mode = resource.mode === null ? "" : ` for ${resource.mode}`;
  const atLeast = suspect?.inFlight === true ? " over" : "";
  return `held ${resource.name}${mode}${seconds === null ? "" : `${atLeast} ${durationText(seconds)}`}`;
}

function lifeText(model: ReportModel, incident: Incident, suspect: Suspect): string {
  const zone = zoneOf(model, incident.server);
  const beside = incident.window.start;
  const started =
    suspect.startTime === null ? "start not logged" : `started ${shortTime(suspect.startTime, beside, zone)}`;
  const ended = suspect.endTime === null ? "never completed" : `ended ${shortTime(suspect.endTime, beside, zone)}`;
  return `${started}, ${suspect.inFlight ? "still running" : ended}`;
}

function sourceText(model: ReportModel, suspect: Suspect): string {
  return suspect.source === null ? "" : `; ${placeText(model.document.case.inputs, suspect.source)}`;
}

export function costBlock(incident: Incident, page: Page): Block {
  const { impact } = incident;
  const running = `${countText(impact.peakRunning, "command")} running at the peak`;
  if (impact.blockedCommands === 0)
    return paragraph("Cost", `nobody else waited; ${running}`, page, { least: 1, rank: 4 });
  const victims = `${countText(impact.blockedCommands, "command")} of ${countText(impact.blockedUsers, "user")}`;
  const rows = [
    `${victims} blocked ${exactDuration(impact.blockedSeconds)} in total`,
    `longest wait ${exactDuration(impact.longestWaitSeconds)}; ${running}`,
  ];
  const lines = rows.flatMap((row) => wrap(clean(row, page), contentColumns(page), page)).map((row) => line(row));
  return { label: "Cost", lines, least: 2, rank: 4 };
}

export function chainBlock(model: ReportModel, incident: Incident, page: Page): Block {
  const users = usersByCommand(model, incident);
  const rows: string[] = [];
  // Depth first with a bound: the screen shows the top of the chain, the report all of it.
  const stack: { node: TreeNode; depth: number }[] = blockingTree(incident)
    .map((node) => ({ node, depth: 0 }))
    .reverse();
  let total = 0;
  while (stack.length > 0) {
    const top = stack.pop();
    if (top === undefined) break;
    total += 1;
    if (rows.length < CHAIN_LINES) rows.push(chainRow(top.node, top.depth, users, page));
    for (const child of [...top.node.children].reverse()) stack.push({ node: child, depth: top.depth + 1 });
  }
  const lines = rows.map((row) => line(row));
  const heldBack = (count: number) => `+ ${count + total - rows.length} more in the report`;
  // One line too many on purpose: it makes the block say how many commands it leaves out.
  if (total > rows.length) lines.push(line(heldBack(0), "dim"));
  return {
    label: "Chain",
    lines,
    least: 3,
    rank: 6,
    heldBack: (count) => heldBack(total > rows.length ? count - 1 : count),
  };
}

function chainRow(node: TreeNode, depth: number, users: ReadonlyMap<string, string>, page: Page): string {
  const user = users.get(commandKey(node));
  const name = `${node.pid} ${node.cmd}${user === undefined ? "" : ` ${user}`}`;
  const indent = depth === 0 ? "" : `${"  ".repeat(Math.min(depth, 5) - 1)}${page.signs.branch} `;
  const link = node.link ?? node.circle;
  const verb = node.circle === null ? "waited" : `in a circle: waits for ${node.circle.blocker.pid}`;
  const wait = link === null ? "" : `  ${verb} ${secondsText(link.seconds)}, ${link.resource} (${link.certainty})`;
  const shownWait = cutMiddle(clean(wait, page), 44, page);
  const room = contentColumns(page) - columnsOf(indent) - columnsOf(shownWait);
  return `${indent}${cutMiddle(clean(name, page), room, page)}${shownWait}`;
}

export function causeBlock(model: ReportModel, incident: Incident, page: Page): Block {
  const [leading, second] = incident.hypotheses;
  const against = leading === undefined ? 0 : leading.against.length;
  const balance = leading === undefined ? "" : `: ${countText(leading.for.length, "fact")} for, ${against} against`;
  const next =
    second === undefined ? "" : `; next likely ${second.cause ?? second.category} ${percentText(second.score)}`;
  const first = cutMiddle(
    clean(`${incident.cause ?? "not determined"}${balance}${next}`, page),
    contentColumns(page),
    page,
  );
  const best = bestEvidence(incident);
  if (best === null) return { label: "Cause", lines: [line(first)], least: 1, rank: 5 };
  const place = cutMiddle(
    clean(`[${placeText(model.document.case.inputs, best.source)}]`, page),
    contentColumns(page),
    page,
  );
  const fact = cutEnd(clean(best.fact, page), contentColumns(page) * 2, page);
  const why = [...wrap(`${fact} ${place}`, contentColumns(page), page)].map((row) => line(row));
  return { label: "Cause", lines: [line(first), ...why], least: Math.min(3, 1 + why.length), rank: 5 };
}

/** What to do now; or, when nothing is left to do, what could have been done; and what never to do. */
export function stepBlocks(incident: Incident, page: Page): Block[] {
  const now = incident.actions.filter((action) => action.when === "now" && action.risk !== "never");
  const was = incident.actions.find((action) => action.when === "was" && action.risk !== "never");
  const never = incident.actions.find((action) => action.risk === "never");
  const blocks: Block[] = [];
  if (now.length > 0) {
    blocks.push({ label: "Do now", lines: now.flatMap((action) => stepLines(action, page)), least: 2, rank: 1.5 });
  } else if (was !== undefined) {
    const text = `nothing left to stop; while it ran: ${was.text}`;
    blocks.push(paragraph("Too late", text, page, { least: 2, rank: 5.5 }));
  }
  if (never !== undefined) blocks.push(paragraph("Do not", never.text, page, { least: 2, rank: 7, tone: "warn" }));
  return blocks;
}

export function preventBlock(incident: Incident, page: Page): Block {
  const first = incident.prevention[0];
  if (first === undefined) return { label: "Prevent", lines: [], least: 0, rank: 7.5 };
  const text = paragraph("Prevent", first.text, page, { least: 1, rank: 7.5 });
  if (first.command === null) return text;
  const command = cutMiddle(clean(first.command, page), contentColumns(page), page);
  return { ...text, lines: [...text.lines, line(command, "strong")] };
}

/** The command first: at three in the morning it is what one looks for. Then what to verify before typing it. */
function stepLines(action: Action, page: Page): Line[] {
  const columns = contentColumns(page);
  const risk = `  [${action.risk}]`;
  const wrapped = (text: string) => wrap(clean(text, page), columns, page).map((row) => line(row));
  const check = action.check === "" ? [] : wrapped(`check first: ${action.check}`);
  if (action.command === null) {
    const text = wrapped(`${action.text}${risk}`);
    return [...text.slice(0, 2), ...check];
  }
  const command = cutMiddle(clean(action.command, page), columns - columnsOf(risk), page);
  return [line(`${command}${risk}`, "strong"), ...check, ...wrapped(action.text)];
}
