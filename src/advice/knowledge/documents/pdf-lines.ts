/** A run of text as pdfjs gives it: words with the matrix that places them. */
interface TextItem {
  readonly str: string;
  readonly transform: readonly number[];
  readonly height: number;
  readonly hasEOL: boolean;
}

export interface PdfLine {
  readonly text: string;
  /** Height of its letters in points, rounded to a half. */
  readonly size: number;
  /** More space above it than between the lines of a paragraph. */
  readonly gapAbove: boolean;
}

export interface PdfPage {
  readonly lines: readonly (PdfLine & { readonly y: number })[];
}

/** Runs of one page as lines from top to bottom, in the order in which they were written. */
export function readLines(items: readonly TextItem[]): PdfPage {
  const lines: (PdfLine & { y: number })[] = [];
  let text = "";
  let size = 0;
  let y = 0;
  const end = () => {
    const before = lines.at(-1);
    const gapAbove =
      before === undefined || Math.abs(before.y - y) > 1.7 * Math.max(size, before.size) || before.size !== size;
    if (text.trim() !== "") lines.push({ text: text.trimEnd(), size, y, gapAbove });
    text = "";
  };
  for (const item of items) {
    const top = item.transform[5] ?? 0;
    if (text !== "" && Math.abs(top - y) > size / 2) end();
    if (text === "") {
      y = top;
      size = Math.round(2 * (item.height || Math.abs(item.transform[3] ?? 0))) / 2;
    }
    text += item.str;
    if (item.hasEOL) end();
  }
  end();
  return { lines };
}

/** Lines of all pages without a first or last line that many pages have alike, and without page numbers. */
export function layOutPages(pages: readonly PdfPage[]): PdfLine[] {
  const edges = new Map<string, number>();
  for (const { lines } of pages)
    for (const key of new Set([lines[0], lines.at(-1)].map((line) => edgeKey(line?.text ?? ""))))
      edges.set(key, (edges.get(key) ?? 0) + 1);
  const often = Math.max(3, pages.length / 3);
  const largest = bodySize(pages.flatMap(({ lines }) => lines));
  const isNoise = ({ text, size }: PdfLine) =>
    size <= largest && ((edges.get(edgeKey(text)) ?? 0) >= often || /^(?:page )?\d{1,4}$/i.test(text.trim())); // Page 12
  return pages.flatMap(({ lines }) =>
    lines.filter((line, index) => !((index === 0 || index === lines.length - 1) && isNoise(line))),
  );
}

/** Headers differ by their page number alone. */
function edgeKey(text: string): string {
  return text.replaceAll(/\d+/g, "#").trim();
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
