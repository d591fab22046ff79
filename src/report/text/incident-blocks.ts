import type { Incident, Suspect } from "../../contracts/analysis.js";
import type { ReportModel } from "../../contracts/report-model.js";
import { countText, durationText, exactDuration, percentText, secondsText } from "../view/amounts.js";
import { blockingTree, type TreeNode } from "../view/blocking-tree.js";
import { bestEvidence, commandKey, placeText, usersByCommand, verbatim } from "../view/citations.js";
import { harmText } from "../view/harm.js";
import { shortTime, zoneOf } from "../view/local-times.js";
import { resourceText } from "../view/resource-words.js";
import { isLockIncident, isRunning, rootHeldSeconds } from "../view/root-hold.js";
import { freedText } from "../view/without-root.js";
import { paragraph } from "./blocks.js";
import { clean, columnsOf, cutMiddle, type Page, wrap } from "./columns.js";
import { type Block, contentColumns, line } from "./screen.js";

const CHAIN_LINES = 6;

/** Who held what since when; and, as a block of its own that gives way first, from where and with which program. */
export function blockerBlocks(model: ReportModel, incident: Incident, page: Page): Block[] {
  const { suspect, resource } = incident;
  const lock = isLockIncident(incident);
  const mode = resource.mode === null ? "" : ` for ${resource.mode}`;
  if (suspect === null) {
    const text = lock ? unnamedText(incident, mode) : resourceText(resource);
    return [paragraph(lock ? "Blocker" : "Where", text, page, { least: 1, rank: 2 })];
  }
  const columns = contentColumns(page);
  const who = line(whoText(suspect, columns, page));
  const what = lock ? holdText(model, incident) : resourceText(resource);
  const deed = wrap(clean(`${what}; ${lifeText(model, incident, suspect)}`, page), columns, page).slice(0, 2);
  const origin = line(originText(model, suspect, columns, page));
  const lines = [{ ...who, tone: "strong" as const }, ...deed.map((row) => line(row))];
  return [
    { label: lock ? "Blocker" : "Command", lines, least: lines.length, rank: 2 },
    { label: "", lines: [origin], least: 0, rank: 14 },
  ];
}

function unnamedText({ cause, resource }: Incident, mode: string): string {
  if (cause === "lock-convoy-many-short-holders")
    return `no single one: many commands held ${resource.name}, none for long`;
  return `not in the evidence: nothing shows who held ${resource.name}${mode}`;
}

/** The arguments give way first: pid, user and command name are what is asked for. */
function whoText(suspect: Suspect, columns: number, page: Page): string {
  const head = clean(`pid ${suspect.pid} ${ownerText(suspect)} ${suspect.cmd} `, page);
  const room = columns - columnsOf(head);
  if (room < 8) return cutMiddle(`${head}${clean(suspect.args, page)}`, columns, page);
  return `${head}${cutMiddle(clean(suspect.args, page), room, page)}`;
}

/** A process that neither the log nor p4 monitor knows has no user. */
function ownerText({ user, workspace, cmd }: Suspect): string {
  if (user !== "" || workspace !== "") return `${user}@${workspace}`;
  return cmd === "" ? "unknown to the log and to p4 monitor" : "";
}

function holdText(model: ReportModel, incident: Incident): string {
  const { resource, suspect } = incident;
  const seconds = rootHeldSeconds(model, incident);
  const mode = resource.mode === null ? "" : ` for ${resource.mode}`;
  const most = suspect?.inFlight === true ? " up to" : ""; // since its start at most
  return `held ${resource.name}${mode}${seconds === null ? "" : `${most} ${durationText(seconds)}`}`;
}

function lifeText(model: ReportModel, incident: Incident, suspect: Suspect): string {
  const zone = zoneOf(model, incident.server);
  const beside = incident.window.start;
  const begin = suspect.startTime === null ? null : shortTime(suspect.startTime, beside, zone);
  if (isRunning(incident)) return begin === null ? "still running" : `since ${begin}, still running`;
  const started = begin === null ? "start not logged" : `started ${begin}`;
  const ended = suspect.endTime === null ? "never completed" : `ended ${shortTime(suspect.endTime, beside, zone)}`;
  return `${started}, ${ended}`;
}

/** The program's name may be long; the place of its line is what one looks up. */
function originText(model: ReportModel, suspect: Suspect, columns: number, page: Page): string {
  const whole = clean(
    suspect.source === null ? "" : `; ${placeText(model.document.case.inputs, suspect.source)}`,
    page,
  );
  const place = cutMiddle(whole, Math.floor(columns * 0.6), page);
  const from = clean(`from ${suspect.ip} with ${suspect.app}`, page);
  return `${cutMiddle(from, columns - columnsOf(place), page)}${place}`;
}

/** Whom it cost what; and, as a block of its own that gives way first, what would have been without the blocker. */
export function costBlocks(model: ReportModel, incident: Incident, page: Page): Block[] {
  const { impact, suspect } = incident;
  const running = `${countText(impact.peakRunning, "command")} running at the peak`;
  if (impact.blockedCommands === 0) {
    const none = suspect === null ? "nobody waited for a lock" : "nobody else waited for a lock";
    const known = [harmText(model, incident) ?? none, ...(impact.peakRunning === 0 ? [] : [running])];
    return [paragraph("Cost", known.join("; "), page, { least: 2, rank: 4 })];
  }
  const victims = `${countText(impact.blockedCommands, "command")} of ${countText(impact.blockedUsers, "user")}`;
  const rows = [
    `${victims} blocked ${exactDuration(impact.blockedSeconds)} in total`,
    `longest wait ${exactDuration(impact.longestWaitSeconds)}; ${running}`,
  ];
  const lines = rows.flatMap((row) => wrap(clean(row, page), contentColumns(page), page)).map((row) => line(row));
  const cost: Block = { label: "Cost", lines, least: 2, rank: 4 };
  const without = model.impact?.[incident.id]?.without?.[0];
  if (without === undefined || suspect === null || without.pid !== suspect.pid) return [cost];
  const freed = `without it ${freedText(without.freedCommands, impact.blockedCommands)}`;
  return [cost, paragraph("", freed, page, { least: 0, rank: 10 })];
}

export function chainBlock(model: ReportModel, incident: Incident, page: Page): Block {
  // Where the machine is to blame, who stood before whom explains nothing.
  if (!isLockIncident(incident) && incident.suspect === null) return { label: "Chain", lines: [], least: 0, rank: 6 };
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
  const columns = contentColumns(page);
  const [leading, second] = incident.hypotheses;
  const against = leading === undefined ? 0 : leading.against.length;
  const balance = leading === undefined ? "" : `: ${countText(leading.for.length, "fact")} for, ${against} against`;
  const cause = clean(`${incident.cause ?? "not determined"}${balance}`, page);
  const next =
    second === undefined ? "" : `; next likely ${second.cause ?? second.category} ${percentText(second.score)}`;
  const both = `${cause}${clean(next, page)}`;
  const first = columnsOf(both) <= columns ? both : cutMiddle(cause, columns, page);
  const lines = [first, ...whyLines(model, incident, page)].map((row) => line(row));
  return { label: "Cause", lines, least: lines.length, rank: 5 };
}

/** The best evidence in at most two lines, the last of which always ends with file:line. What the headline says already is told by the line itself. */
function whyLines(model: ReportModel, incident: Incident, page: Page): string[] {
  const best = bestEvidence(incident);
  if (best === null) return [];
  const columns = contentColumns(page);
  const said = model.document.headline.toLowerCase().includes(best.fact.toLowerCase().replace(/\.+$/, ""));
  const logged = verbatim(best.source.text).trim();
  const fact = clean(said && logged !== "" ? logged : best.fact, page);
  const place = cutMiddle(clean(`[${placeText(model.document.case.inputs, best.source)}]`, page), columns, page);
  const together = wrap(`${fact} ${place}`, columns, page);
  return together.length <= 2 ? together : [cutMiddle(fact, columns, page), place];
}
