/** A run of text as pdfjs gives it: words with the matrix that places them. */
export interface TextItem {
  readonly str: string;
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly fontName: string;
  readonly hasEOL: boolean;
}

export interface PdfLine {
  readonly text: string;
  /** Counted from 0. */
  readonly page: number;
  /** Height of its letters in points, rounded to a half. */
  readonly size: number;
  /** Points from the left edge of the page to its first letter, and from the lower edge to its foot. */
  readonly x: number;
  readonly y: number;
  /** Points that one letter takes in the mean. */
  readonly letterWidth: number;
  /** All its letters are equally wide: code. */
  readonly monospaced: boolean;
  /** More space above it than between the lines of a paragraph. */
  readonly gapAbove: boolean;
}

/** Runs of one page as lines from top to bottom, in the order in which they were written. */
export function readLines(
  page: number,
  items: readonly TextItem[],
  isMonospaced: (font: string) => boolean,
): PdfLine[] {
  const lines: PdfLine[] = [];
  let run: TextItem[] = [];
  const end = () => {
    const line = lineOf(page, run, isMonospaced, lines.at(-1));
    if (line !== null) lines.push(line);
    run = [];
  };
  for (const item of items) {
    const [first] = run;
    if (first !== undefined && Math.abs(yOf(item) - yOf(first)) > sizeOf(first) / 2) end();
    run.push(item);
    if (item.hasEOL) end();
  }
  end();
  return lines;
}

function lineOf(
  page: number,
  run: readonly TextItem[],
  isMonospaced: (font: string) => boolean,
  before: PdfLine | undefined,
): PdfLine | null {
  const shown = run.filter(({ str }) => str.trim() !== "");
  const [first] = shown;
  if (first === undefined) return null;
  // A bullet or the number of a footnote has a size of its own.
  const size = sizeOf(shown.reduce((longest, item) => (item.str.length > longest.str.length ? item : longest), first));
  const y = yOf(first);
  const gapAbove =
    before === undefined || Math.abs(before.y - y) > 1.7 * Math.max(size, before.size) || before.size !== size;
  return {
    ...{
      text: run
        .map(({ str }) => str)
        .join("")
        .trim(),
      page,
      size,
      y,
      gapAbove,
    },
    x: first.transform[4] ?? 0,
    letterWidth: first.width / first.str.length,
    monospaced: shown.every(({ fontName }) => isMonospaced(fontName)),
  };
}

function yOf({ transform }: TextItem): number {
  return transform[5] ?? 0;
}

function sizeOf({ height, transform }: TextItem): number {
  return Math.round(2 * (height || Math.abs(transform[3] ?? 0))) / 2;
}

/** How many lines at the top and at the foot of a page may be running headers, footers and page numbers. */
const EDGE_LINES = 2;
const PAGE_NUMBER = /^(?:(?:https?|file):\/\/\S+ |page )?\d{1,4}(?: ?(?:\/|of) ?\d{1,4})?$/i; // Page 12 of 300, https://help.example.com/locks 1/3

/** Lines of all pages without those at the edges that other pages have alike, and without page numbers. */
export function withoutRunningLines(pages: readonly (readonly PdfLine[])[]): PdfLine[] {
  const often = Math.max(2, pages.length / 20);
  const times = new Map<string, number>();
  for (const lines of pages) {
    const edges = [...lines.slice(0, EDGE_LINES), ...lines.slice(EDGE_LINES).slice(-EDGE_LINES)];
    for (const key of new Set(edges.map(edgeKey))) times.set(key, (times.get(key) ?? 0) + 1);
  }
  const body = bodySize(pages.flat());
  const isRunning = (line: PdfLine) =>
    line.size <= body && (PAGE_NUMBER.test(line.text) || (times.get(edgeKey(line)) ?? 0) >= often);
  return pages.flatMap((lines) => {
    let from = 0;
    let to = lines.length;
    const runs = (at: number) => lines[at] !== undefined && isRunning(lines[at]);
    while (from < Math.min(EDGE_LINES, to) && runs(from)) from++;
    while (to > Math.max(from, lines.length - EDGE_LINES) && runs(to - 1)) to--;
    return lines.slice(from, to);
  });
}

/** Running lines differ by the number of the page alone, which stands at one of their ends: `12 Administrator Guide` */
function edgeKey({ text }: PdfLine): string {
  return text.replace(/^\d{1,4} /, "# ").replace(/ \d{1,4}(?: ?(?:\/|of) ?\d{1,4})?$/, " #"); // Administrator Guide 12/300
}

/** Sizes clearly larger than that of most letters, the largest first; at most four levels of headings. */
export function headingSizes(lines: readonly PdfLine[]): number[] {
  const body = bodySize(lines);
  return [...new Set(lines.map(({ size }) => size))]
    .filter((size) => size >= body * 1.15)
    .sort((a, b) => b - a)
    .slice(0, 4);
}

/** The size that most letters have. */
function bodySize(lines: readonly PdfLine[]): number {
  const letters = new Map<number, number>();
  for (const { size, text } of lines) letters.set(size, (letters.get(size) ?? 0) + text.length);
  return [...letters].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0])[0];
}
