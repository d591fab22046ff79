import type { PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { cleanTitle } from "./clean-text.js";
import type { PdfLine } from "./pdf-lines.js";

type OutlineItem = Awaited<ReturnType<PDFDocumentProxy["getOutline"]>>[number];
const MOST_ENTRIES = 20_000;
const DEEPEST = 6;

/** Level of each heading by the page it stands on (counted from 0) and its words; empty without bookmarks. */
export type Outline = ReadonlyMap<string, number>;

/** Reads the bookmarks of a document. One that leads nowhere is left out. */
export async function readOutline(document: PDFDocumentProxy): Promise<Outline> {
  const levels = new Map<string, number>();
  const top = ((await document.getOutline()) ?? []) as readonly OutlineItem[];
  const next = top.map((item) => ({ item, level: 1 }));
  for (const { item, level } of next) {
    if (levels.size >= MOST_ENTRIES) break;
    const page = await pageOf(document, item.dest);
    if (page !== null) levels.set(keyOf(page, item.title), level);
    if (level < DEEPEST) for (const inner of item.items as OutlineItem[]) next.push({ item: inner, level: level + 1 });
  }
  return levels;
}

async function pageOf(document: PDFDocumentProxy, target: OutlineItem["dest"]): Promise<number | null> {
  try {
    const place: unknown = typeof target === "string" ? await document.getDestination(target) : target;
    const page: unknown = Array.isArray(place) ? place[0] : null;
    if (typeof page === "number") return page;
    return page === null ? null : await document.getPageIndex(page as Parameters<typeof document.getPageIndex>[0]);
  } catch {
    return null;
  }
}

export interface PdfHeading {
  readonly level: number;
  readonly name: string;
  /** How many lines it takes. */
  readonly lines: number;
}

/** In lines; what goes on is no heading. */
export const LONGEST_HEADING = 3;

/** The heading of the bookmarks that a line begins; null where it begins none. */
export function outlinedAt(outline: Outline, lines: readonly PdfLine[], at: number): PdfHeading | null {
  let name = "";
  for (let count = 1; count <= LONGEST_HEADING; count++) {
    const line = lines[at + count - 1];
    if (line === undefined) return null;
    name = `${name} ${line.text}`.trim();
    const level = outline.get(keyOf(line.page, name));
    if (level !== undefined) return { level, lines: count, name };
  }
  return null;
}

/** Numbers of chapters and blanks differ between the bookmark and the page. */
function keyOf(page: number, words: string): string {
  const plain = cleanTitle(words).replace(/^(?:(?:chapter|appendix) )?[\dA-Z](?:[\d.]{0,12})[.:]? /i, ""); // 3.2 Locks
  return `${page} ${plain.toLowerCase()}`;
}
