import type { Action, Incident } from "../../contracts/analysis.js";
import { paragraph } from "./blocks.js";
import { clean, columnsOf, cutEnd, cutMiddle, type Page, wrap } from "./columns.js";
import { type Block, contentColumns, type Line, line } from "./screen.js";

/** What to do now; or, when nothing is left to do, what could have been done, else what comes next; and what never to do. */
export function stepBlocks(incident: Incident, page: Page): Block[] {
  const steps = incident.actions.filter((action) => action.risk !== "never");
  const now = steps.filter((action) => action.when === "now");
  const was = steps.find((action) => action.when === "was");
  const next = steps.find((action) => action.when === "prevention");
  const never = incident.actions.find((action) => action.risk === "never");
  const blocks: Block[] = [];
  if (now.length > 0) blocks.push(...nowBlocks(now, page));
  else if (was !== undefined) {
    const text = `the step then was: ${was.text}`;
    blocks.push(paragraph("Too late", text, page, { least: 2, rank: 5.5 }));
  } else if (next !== undefined) {
    blocks.push(paragraph("Next", `${next.text}  [${next.risk}]`, page, { least: 2, rank: 5.5 }));
  }
  if (never !== undefined) blocks.push(neverBlock(never.text, page));
  return blocks;
}

/** `Never delete the journal.` -> label `Never`, text `delete the journal.`: the label is not said twice. */
function neverBlock(text: string, page: Page): Block {
  const place = { least: 2, rank: 7, tone: "warn" } as const;
  const label = ["Never", "Do not"].find((word) => text.startsWith(`${word} `));
  return label === undefined
    ? paragraph("Warning", text, page, place)
    : paragraph(label, text.slice(label.length + 1), page, place);
}

export function preventBlock(incident: Incident, page: Page): Block {
  const first = incident.prevention[0];
  if (first === undefined) return { label: "Prevent", lines: [], least: 0, rank: 7.5 };
  const text = paragraph("Prevent", first.text, page, { least: 1, rank: 7.5 });
  if (first.command === null) return text;
  const command = cutMiddle(clean(first.command, page), contentColumns(page), page);
  return { ...text, lines: [...text.lines, line(command, "strong")] };
}

/** Lines for what to do, before anything of it is explained. */
const MOST_HEADS = 6;
/** The first step is read in full; whoever goes on to the others has the time to open the report. */
const FIRST_LINES = 3;

function nowBlocks(actions: readonly Action[], page: Page): Block[] {
  const full = actions.map((action, index) => headLines(action, index === 0 ? FIRST_LINES : 2, page));
  const short = actions.map((action, index) => headLines(action, index === 0 ? FIRST_LINES : 1, page));
  const heads = (full.flat().length <= MOST_HEADS ? full : short).flat();
  const details = detailLines(actions, page);
  // Nothing is typed unchecked.
  const checked = actions.some(({ command }) => command !== null) ? Math.min(details.length, 2) : 0;
  return [
    { label: "Do now", lines: heads, least: Math.min(heads.length, MOST_HEADS), rank: 1.5 },
    { label: "", lines: details, least: checked, rank: 1.6 },
  ];
}

/** The command where there is one: at three in the morning it is what one looks for; else the text, cut at `most` lines. */
function headLines(action: Action, most: number, page: Page): Line[] {
  const columns = contentColumns(page);
  const risk = `  [${action.risk}]`;
  const room = columns - columnsOf(risk);
  if (action.command !== null) return [line(`${cutMiddle(clean(action.command, page), room, page)}${risk}`, "strong")];
  const rows = wrap(clean(action.text, page), columns, page);
  const shown = rows.slice(0, most);
  const last = shown.pop() ?? "";
  if (rows.length > most) shown.push(`${cutEnd(rows.slice(most - 1).join(" "), room, page)}${risk}`);
  else if (columnsOf(last) <= room) shown.push(`${last}${risk}`);
  else if (rows.length < most) shown.push(last, risk.trim());
  else shown.push(`${cutEnd(last, room, page)}${risk}`);
  return shown.map((row) => line(row));
}

/** What to verify before typing or touching anything. */
function detailLines(actions: readonly Action[], page: Page): Line[] {
  const columns = contentColumns(page);
  const wrapped = (text: string) => wrap(clean(text, page), columns, page).map((row) => line(row));
  // Beside other steps, the check of a harmless one only takes room.
  const told = actions.filter(({ command, risk }) => command !== null || risk === "risky" || actions.length === 1);
  return [...told]
    .sort((a, b) => Number(b.command !== null) - Number(a.command !== null))
    .flatMap(({ check, command, text }) => [
      ...(check === "" ? [] : wrapped(`check first: ${check}`)),
      ...(command === null ? [] : wrapped(text)),
    ]);
}
