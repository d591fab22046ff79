/** A line: the font (a proportional or an equally wide one), its size in points, how far it is indented, its words. */
type RichLine = readonly [font: "text" | "code", size: number, indent: number, words: string];

export interface RichPdf {
  readonly pages: readonly (readonly RichLine[])[];
  /** Bookmarks: words and the page that they lead to, counted from 0. */
  readonly bookmarks?: readonly (readonly [string, number])[];
  readonly locked?: boolean;
}

/** A small real PDF with two fonts and bookmarks, uncompressed; a locked one asks for a password that nobody knows. */
export function richPdf({ pages, bookmarks = [], locked = false }: RichPdf): Uint8Array {
  const pageNumber = (page: number) => 6 + 2 * page;
  const firstBookmark = pageNumber(pages.length);
  const lastBookmark = firstBookmark + bookmarks.length - 1;
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R /Outlines 5 0 R >>`,
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, page) => `${pageNumber(page)} 0 R`).join(" ")}] >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    bookmarks.length === 0 ? "<< >>" : `<< /First ${firstBookmark} 0 R /Last ${lastBookmark} 0 R >>`,
    ...pages.flatMap((lines, page) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${pageNumber(page) + 1} 0 R /Resources << /Font << /text 3 0 R /code 4 0 R >> >> >>`,
      streamOf(lines),
    ]),
    ...bookmarks.map(([words, page], at) => {
      const next = at + 1 < bookmarks.length ? `/Next ${firstBookmark + at + 1} 0 R` : "";
      return `<< /Title (${words}) /Parent 5 0 R ${next} /Dest [${pageNumber(page)} 0 R /Fit] >>`;
    }),
  ];
  const key = "0".repeat(64);
  const lock = `/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${key}> /U <${key}> >> /ID [<00> <00>]`;
  return fileOf(objects, locked ? lock : "");
}

function streamOf(lines: readonly RichLine[]): string {
  let y = 780;
  const runs = lines.map(([font, size, indent, words]) => {
    y -= Math.round(size * 1.3);
    return `/${font} ${size} Tf 1 0 0 1 ${60 + indent} ${y} Tm (${words.replaceAll(/[\\()]/g, "\\$&")}) Tj`;
  });
  const content = `BT ${runs.join("\n")} ET`;
  return `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;
}

function fileOf(objects: readonly string[], trailer: string): Uint8Array {
  let file = "%PDF-1.4\n";
  const rows = objects.map((object, index) => {
    const row = `${String(file.length).padStart(10, "0")} 00000 n \n`;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return row;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows.join("")}`;
  const end = `trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${file.length}\n%%EOF\n`;
  return new TextEncoder().encode(file + table + end);
}
