import { clean, columnsOf, cutEnd, type Page } from "./columns.js";

const SCREEN_LINES = 24;
export const SCREEN_COLUMNS = 80;

/** Sparing: the verdict, commands to type and the labels; everything else is the terminal's own colour. */
export type Tone = "plain" | "strong" | "bad" | "warn" | "good" | "dim";

export interface Line {
  readonly text: string;
  readonly tone: Tone;
}

/** A labelled paragraph of the screen. What does not fit is said, never dropped in silence. */
export interface Block {
  readonly label: string;
  readonly lines: readonly Line[];
  /** Lines that have to be there; the rest is given out while there is room. */
  readonly least: number;
  /** Starts in the first column, without a label. */
  readonly wide?: boolean;
  /** 1 is served first. */
  readonly rank: number;
  /** What stands in the last line granted when lines were held back; default: an ellipsis behind it. */
  readonly heldBack?: (count: number) => string;
}

const LABEL_COLUMNS = 10;
const BLANK_RANK = 99;

/** An empty line between groups. `kept` ones stand unless the blocks themselves need the room. */
export function blank(kept: boolean): Block {
  return { label: "", lines: [{ text: "", tone: "plain" }], least: kept ? 1 : 0, rank: BLANK_RANK };
}

export function contentColumns(page: Page): number {
  return page.width - LABEL_COLUMNS;
}

export function line(text: string, tone: Tone = "plain"): Line {
  return { text, tone };
}

/** Lays blocks out in their order within 24 lines of the page's width, whatever they hold. */
export function layOut(blocks: readonly Block[], page: Page, color: boolean): string {
  const granted = grantLines(blocks);
  const out: string[] = [];
  blocks.forEach((block, index) => {
    const count = granted[index] ?? 0;
    shownLines(block, count, page).forEach((shown, row) => {
      if (shown.text === "" && (out.at(-1) ?? "") === "") return; // an empty block between two blank lines
      out.push(paint(row === 0 ? block.label : "", shown, block.wide === true, page, color));
    });
  });
  return `${out.join("\n")}\n`;
}

/** First everybody's least, by rank; then one line each in turn, by rank, until the screen is full; then blank lines. */
function grantLines(blocks: readonly Block[]): number[] {
  const granted = blocks.map(() => 0);
  const byRank = blocks.map((block, index) => ({ block, index })).sort((a, b) => a.block.rank - b.block.rank);
  let room = SCREEN_LINES;
  for (const { block, index } of byRank) {
    granted[index] = Math.min(block.least, block.lines.length, room);
    room -= granted[index];
  }
  for (const blank of [false, true]) {
    const turn = byRank.filter(({ block }) => (block.rank === BLANK_RANK) === blank);
    for (let gave = true; gave && room > 0; ) {
      gave = false;
      for (const { block, index } of turn) {
        const has = granted[index] ?? 0;
        if (room === 0 || has >= block.lines.length) continue;
        granted[index] = has + 1;
        room -= 1;
        gave = true;
      }
    }
  }
  return granted;
}

function shownLines(block: Block, count: number, page: Page): Line[] {
  const shown = block.lines.slice(0, count);
  const last = shown.at(-1);
  if (last === undefined || count >= block.lines.length) return shown;
  // With one line only, the line itself says more than how many others there are.
  if (block.heldBack !== undefined && count > 1) {
    shown[count - 1] = line(block.heldBack(block.lines.length - count + 1), "dim");
  } else {
    shown[count - 1] = line(markCut(last.text, contentColumns(page), page), last.tone);
  }
  return shown;
}

function markCut(text: string, columns: number, page: Page): string {
  const { ellipsis } = page.signs;
  const kept = cutEnd(text, columns - columnsOf(ellipsis) - 1, page);
  return kept.endsWith(ellipsis) ? kept : `${kept} ${ellipsis}`;
}

const ANSI: Readonly<Record<Tone, string>> = {
  plain: "",
  strong: "\u001b[1m",
  bad: "\u001b[1;31m",
  warn: "\u001b[1;33m",
  good: "\u001b[1;32m",
  dim: "\u001b[2m",
};
const ANSI_RESET = "\u001b[0m";

/** The last guard: whatever a block was built from, no line leaves wider than the page or with a control in it. */
function paint(label: string, content: Line, wide: boolean, page: Page, color: boolean): string {
  const columns = wide ? page.width : contentColumns(page);
  const text = cutEnd(clean(content.text, page), columns, page).trimEnd();
  const margin = wide ? "" : text === "" ? label : label.padEnd(LABEL_COLUMNS);
  if (!color) return `${margin}${text}`.trimEnd();
  const shownMargin = label === "" ? margin : `${ANSI.dim}${margin}${ANSI_RESET}`;
  const shownText = content.tone === "plain" || text === "" ? text : `${ANSI[content.tone]}${text}${ANSI_RESET}`;
  return `${shownMargin}${shownText}`.trimEnd();
}
