import { printable } from "../../base/printable.js";

/** Markup that is safe to print as it is. Only `html` and `trusted` make it. */
export class Html {
  constructor(readonly text: string) {}
}

export type Piece = Html | string | number | null | readonly Piece[];

/**
 * The page is built from this tag alone: whatever is put into a template is escaped unless it is markup already, so
 * that text from a log cannot become markup by being forgotten. Attributes stand in double quotes.
 */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  let text = strings[0] ?? "";
  pieces.forEach((piece, index) => {
    text += textOf(piece) + (strings[index + 1] ?? "");
  });
  return new Html(text);
}

/** For our own style sheet and script; never for anything that was read from evidence. */
export function trusted(text: string): Html {
  return new Html(text);
}

export const NOTHING = new Html("");

function textOf(piece: Piece): string {
  if (piece === null) return "";
  if (piece instanceof Html) return piece.text;
  if (Array.isArray(piece)) return piece.map(textOf).join("");
  return escapeHtml(String(piece));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** The one escape function: controls and overrides become visible, markup signs become entities. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"'`]/g, (char) => ENTITIES[char] ?? char);
}
