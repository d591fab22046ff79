import type { Action, Incident } from "../../contracts/analysis.js";
import { paragraph } from "./blocks.js";
import { clean, columnsOf, cutEnd, cutMiddle, type Page, wrap } from "./columns.js";
import { type Block, contentColumns, type Line, line } from "./screen.js";

/** What to do now; or, when nothing is left to do, what could have been done; and what never to do. */
export function stepBlocks(incident: Incident, page: Page): Block[] {
  const now = incident.actions.filter((action) => action.when === "now" && action.risk !== "never");
  const was = incident.actions.find((action) => action.when === "was" && action.risk !== "never");
  const never = incident.actions.find((action) => action.risk === "never");
  const blocks: Block[] = [];
  if (now.length > 0) {
    const lines = stepLines(now, page);
    blocks.push({ label: "Do now", lines, least: Math.min(lines.length, now.length + 1, 4), rank: 1.5 });
  } else if (was !== undefined) {
    const text = `the step then was: ${was.text}`;
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

/**
 * The command first: at three in the morning it is what one looks for; then what to verify before typing it. Of several
 * steps each has its line before any of them is explained.
 */
function stepLines(actions: readonly Action[], page: Page): Line[] {
  const columns = contentColumns(page);
  const wrapped = (text: string) => wrap(clean(text, page), columns, page).map((row) => line(row));
  const heads = actions.map((action) => {
    const risk = `  [${action.risk}]`;
    const room = columns - columnsOf(risk);
    if (action.command !== null)
      return [line(`${cutMiddle(clean(action.command, page), room, page)}${risk}`, "strong")];
    if (actions.length > 1) return [line(`${cutEnd(clean(action.text, page), room, page)}${risk}`)];
    return wrapped(`${action.text}${risk}`).slice(0, 2);
  });
  const details = [...actions]
    .sort((a, b) => Number(b.command !== null) - Number(a.command !== null))
    .flatMap(({ check, command, text }) => [
      ...(check === "" ? [] : wrapped(`check first: ${check}`)),
      ...(command === null ? [] : wrapped(text)),
    ]);
  return [...heads.flat(), ...details];
}
