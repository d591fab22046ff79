import { printable, printableAscii } from "../../base/printable.js";

/**
 * Columns a character may take on a terminal, never too few: East Asian wide characters and emoji take two, and so
 * does, for safety, whatever needs two UTF-16 units. Combining marks are counted as one although they take none.
 */
function charColumns(char: string): number {
  return char.length > 1 || isWide(char.codePointAt(0) ?? 0) ? 2 : 1;
}

/** East Asian Wide and Fullwidth below U+10000, and the dingbats that terminals draw as emoji. */
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x231a && code <= 0x231b) ||
    (code >= 0x23e9 && code <= 0x23f3) ||
    (code >= 0x25fd && code <= 0x27bf) ||
    (code >= 0x2b1b && code <= 0x2b55) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xa960 && code <= 0xa97f) ||
    (code >= 0xac00 && code <= 0xd7ff) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe10 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xffe6)
  );
}

export function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) columns += charColumns(char);
  return columns;
}

/** Signs of the report's own making; `ascii` is for terminals without UTF-8. */
interface Signs {
  readonly ellipsis: string;
  readonly dash: string;
  readonly branch: string;
}

/** What the text is laid out for. */
export interface Page {
  readonly width: number;
  readonly ascii: boolean;
  readonly signs: Signs;
}

export function pageFor(width: number, ascii: boolean): Page {
  const signs = ascii ? { ellipsis: "...", dash: "-", branch: "`-" } : { ellipsis: "…", dash: "–", branch: "└" };
  return { width, ascii, signs };
}

/** Text of unknown origin as it may be shown on this page: nothing that moves the cursor, ASCII where asked for. */
export function clean(text: string, page: Page): string {
  return page.ascii ? printableAscii(text) : printable(text);
}

/** Takes from the start (or, reversed, from the end) as many characters as fit into `columns`. */
function take(chars: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let left = columns;
  for (const char of chars) {
    left -= charColumns(char);
    if (left < 0) break;
    taken.push(char);
  }
  return taken;
}

/** Cuts the middle out of clean text that is too long: both the beginning and the end of a path or command tell. */
export function cutMiddle(text: string, columns: number, page: Page): string {
  if (columnsOf(text) <= columns) return text;
  const room = columns - columnsOf(page.signs.ellipsis);
  if (room < 2) return take([...text], columns).join("");
  const chars = [...text];
  const head = take(chars, Math.ceil(room / 2));
  const tail = take(chars.reverse(), room - columnsOf(head.join(""))).reverse();
  return `${head.join("")}${page.signs.ellipsis}${tail.join("")}`;
}

/** Cuts the end off clean text that is too long. */
export function cutEnd(text: string, columns: number, page: Page): string {
  if (columnsOf(text) <= columns) return text;
  const room = Math.max(0, columns - columnsOf(page.signs.ellipsis));
  return `${take([...text], room)
    .join("")
    .trimEnd()}${page.signs.ellipsis}`;
}

/** Breaks clean text at blanks into lines of at most `columns`; a word longer than a line is cut in the middle. */
export function wrap(text: string, columns: number, page: Page): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of text.split(" ")) {
    if (word === "") continue;
    const shown = cutMiddle(word, columns, page);
    const need = columnsOf(shown);
    if (used > 0 && used + 1 + need <= columns) {
      line += ` ${shown}`;
      used += 1 + need;
    } else {
      if (used > 0) lines.push(line);
      line = shown;
      used = need;
    }
  }
  if (used > 0) lines.push(line);
  return lines;
}
