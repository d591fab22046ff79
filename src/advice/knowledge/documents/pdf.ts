import { cleanText } from "./clean-text.js";
import { type DocumentFormat, type FileReading, type KnowledgeFile, NO_FACETS } from "./document.js";
import { headingSizes, layOutPages, type PdfLine, type PdfPage, readLines } from "./pdf-lines.js";
import { productVersion } from "./product-version.js";
import { SectionBuilder } from "./section-builder.js";

/** A manual in PDF: text page by page, headings by their size. Nothing in it is run and nothing is fetched. */
export const pdf: DocumentFormat = {
  id: "pdf",
  title: "PDF",
  claims: ({ bytes }) => (new TextDecoder("latin1").decode(bytes.subarray(0, 1024)).includes("%PDF-") ? 1 : 0),
  read: async (file) => readPdf(file),
};

const MOST_PAGES = 5000;
const OCR = "holds pictures of text only: run OCR over it (ocrmypdf) and add the result";

async function readPdf({ path, bytes }: KnowledgeFile): Promise<FileReading> {
  const refused = (reason: string): FileReading => ({ documents: [], warnings: [`${path} ${reason}`] });
  const pdfjs = await import("pdfjs-dist/legacy/build/pdf.mjs");
  const task = pdfjs.getDocument({
    data: new Uint8Array(bytes), // a copy: pdfjs takes the buffer away
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    stopAtErrors: false,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  });
  try {
    const document = await task.promise;
    const pages: PdfPage[] = [];
    for (let number = 1; number <= Math.min(document.numPages, MOST_PAGES); number++) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      pages.push(readLines(items.filter((item) => "str" in item)));
      page.cleanup();
    }
    const { info } = await document.getMetadata();
    const title = "Title" in info && typeof info.Title === "string" ? cleanText(info.Title).trim() : "";
    return readingOf(path, layOutPages(pages), title, document.numPages);
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name === "PasswordException") return refused("is locked with a password: save it without one");
    const reason = error instanceof Error ? error.message : String(error);
    return refused(`is damaged or no PDF (${reason.split("\n")[0]})`);
  } finally {
    await task.destroy();
  }
}

function readingOf(path: string, lines: readonly PdfLine[], named: string, pages: number): FileReading {
  if (lines.length === 0) return { documents: [], warnings: [`${path} ${OCR}`] };
  const builder = new SectionBuilder();
  const sizes = headingSizes(lines);
  let paragraph = "";
  const flush = () => {
    builder.add("prose", cleanText(paragraph));
    paragraph = "";
  };
  let title = named;
  for (const line of lines) {
    const level = sizes.indexOf(line.size) + 1;
    if (level > 0) {
      flush();
      if (title === "") title = cleanText(line.text);
      else if (cleanText(line.text) !== title) builder.heading(level, cleanText(line.text));
    } else {
      if (line.gapAbove) flush();
      paragraph = joined(paragraph, line.text);
    }
  }
  flush();
  const sections = builder.sections();
  const warnings = pages > MOST_PAGES ? [`${path}: only the first ${MOST_PAGES} of ${pages} pages were read`] : [];
  const document = {
    ...{ id: path, title: title || path, kind: "pdf" as const, source: path, version: productVersion(title) },
    ...{ trust: "untrusted" as const, facets: NO_FACETS, sections },
  };
  return { documents: [document], warnings };
}

/** Lines of a paragraph as one; a word that was hyphenated at the line's end is put together again. */
function joined(paragraph: string, line: string): string {
  if (paragraph === "") return line;
  return /\p{Ll}-$/u.test(paragraph) && /^\p{Ll}/u.test(line)
    ? `${paragraph.slice(0, -1)}${line}`
    : `${paragraph} ${line}`;
}
