import { cleanTitle } from "./clean-text.js";
import { headingSizes, type PdfLine } from "./pdf-lines.js";
import { LONGEST_HEADING, type Outline, outlinedAt, type PdfHeading } from "./pdf-outline.js";
import type { SectionBuilder } from "./section-builder.js";

/**
 * Puts lines as paragraphs and code under their headings: those of the bookmarks, without any those that are larger
 * than the text. Returns the title: the one stated, else the largest line of the first page, else the first heading.
 */
export function addLines(lines: readonly PdfLine[], outline: Outline, builder: SectionBuilder, stated: string): string {
  const sizes = headingSizes(lines);
  const writer = new ParagraphWriter(builder);
  let title = stated || cleanTitle(largestOnFirstPage(sizes, lines));
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (line === undefined) break;
    const heading = outline.size > 0 ? outlinedAt(outline, lines, at) : largeAt(sizes, lines, at);
    if (heading !== null) {
      writer.end();
      const name = cleanTitle(heading.name);
      if (title === "") title = name;
      else if (name !== title) builder.heading(heading.level, name);
      at += heading.lines - 1;
    } else if (line.page > 0 || cleanTitle(line.text) !== title) writer.add(line);
  }
  writer.end();
  return title;
}

/** A heading by the size of its letters, with the lines that it goes on for. */
function largeAt(sizes: readonly number[], lines: readonly PdfLine[], at: number): PdfHeading | null {
  const [first, ...others] = lines.slice(at, at + LONGEST_HEADING);
  if (first === undefined || !sizes.includes(first.size)) return null;
  const end = others.findIndex(({ size, gapAbove, page }) => size !== first.size || gapAbove || page !== first.page);
  const more = end === -1 ? others : others.slice(0, end);
  const name = [first, ...more].map(({ text }) => text).join(" ");
  return { level: sizes.indexOf(first.size) + 1, lines: more.length + 1, name };
}

function largestOnFirstPage(sizes: readonly number[], lines: readonly PdfLine[]): string {
  const first = lines.filter(({ page }) => page === 0);
  const largest = sizes.find((size) => first.some((line) => line.size === size));
  const at = first.findIndex((line) => line.size === largest);
  return largeAt(sizes, first, at)?.name ?? "";
}

const BULLET = /^[•●▪◦‣]\s/u; // • one

/** Joins lines to paragraphs, and lines of code to blocks that keep their indents. */
class ParagraphWriter {
  private words = "";
  private kind: "prose" | "list" = "prose";
  private code: PdfLine[] = [];

  constructor(private readonly builder: SectionBuilder) {}

  add(line: PdfLine): void {
    const isItem = BULLET.test(line.text);
    const follows = line.monospaced ? this.words === "" : this.code.length === 0 && !line.gapAbove && !isItem;
    if (!follows) this.end();
    if (isItem) this.kind = "list";
    if (line.monospaced) this.code.push(line);
    else this.words = joined(this.words, line.text);
  }

  end(): void {
    const left = this.code.reduce((least, { x }) => Math.min(least, x), Number.POSITIVE_INFINITY);
    const code = this.code.map(({ x, letterWidth, text }) => " ".repeat(indent((x - left) / letterWidth)) + text);
    this.builder.add("code", code.join("\n"));
    this.builder.add(this.kind, this.words);
    this.words = "";
    this.kind = "prose";
    this.code = [];
  }
}

/** No line of code is indented further. */
const WIDEST = 80;

function indent(letters: number): number {
  return Number.isFinite(letters) ? Math.min(WIDEST, Math.max(0, Math.round(letters))) : 0;
}

/** Lines of a paragraph as one; a word that was hyphenated at the line's end is put together again. */
function joined(paragraph: string, line: string): string {
  if (paragraph === "") return line;
  return /\p{Ll}-$/u.test(paragraph.slice(-2)) && /^\p{Ll}/u.test(line) // data-, base
    ? `${paragraph.slice(0, -1)}${line}`
    : `${paragraph} ${line}`;
}
