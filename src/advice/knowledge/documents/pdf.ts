import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import type { PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { cleanTitle } from "./clean-text.js";
import { type DocumentFormat, type FileReading, type KnowledgeFile, NO_FACETS } from "./document.js";
import { addLines } from "./pdf-blocks.js";
import { type PdfLine, readLines, withoutRunningLines } from "./pdf-lines.js";
import { readOutline } from "./pdf-outline.js";
import { productVersion } from "./product-version.js";
import { SectionBuilder } from "./section-builder.js";
import { sourceOf } from "./source-address.js";

/** A manual in PDF: text page by page, headings by its bookmarks or their size. Nothing in it is run and nothing is fetched. */
export const pdf: DocumentFormat = {
  id: "pdf",
  title: "PDF",
  claims: ({ path, bytes }) => {
    const at = new TextDecoder("latin1").decode(bytes.subarray(0, 1024)).indexOf("%PDF-");
    return at === 0 || /\.pdf$/i.test(path) ? 1 : 0;
  },
  read: async (file) => readPdf(file),
};

const MOST_PAGES = 5000;
/** More letters are no manual. */
const MOST_LETTERS = 50_000_000;
const OCR = "holds pictures of text only: run OCR over it (ocrmypdf) and add the result";
/** Programs write their own names and that of the file: `Microsoft Word - runbook.docx` */
const NO_TITLE = /^(?:microsoft word - .*|untitled.*|.*\.(?:docx?|pdf|indd|fm|html?))$/i;

async function readPdf({ path, bytes }: KnowledgeFile): Promise<FileReading> {
  const refused = (reason: string): FileReading => ({ documents: [], warnings: [`${path} ${reason}`] });
  const task = await openPdf(bytes);
  try {
    return await readingOf(path, await task.promise);
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name === "PasswordException") return refused("is locked with a password: save it without one");
    const reason = error instanceof Error ? error.message : String(error);
    return refused(`is damaged or no PDF (${reason.split("\n")[0]})`);
  } finally {
    await task.destroy();
  }
}

async function openPdf(bytes: Uint8Array) {
  const pdfjs = await import("pdfjs-dist/legacy/build/pdf.mjs");
  const folder = dirname(createRequire(import.meta.url).resolve("pdfjs-dist/package.json"));
  return pdfjs.getDocument({
    data: new Uint8Array(bytes), // a copy: pdfjs takes the buffer away
    cMapUrl: join(folder, "cmaps") + sep, // what letters of Asian fonts mean, from its own folder
    cMapPacked: true,
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  });
}

async function readingOf(path: string, document: PDFDocumentProxy): Promise<FileReading> {
  const pages = await readPages(document);
  const lines = withoutRunningLines(pages);
  if (lines.length === 0) return { documents: [], warnings: [`${path} ${OCR}`] };
  const { info } = await document.getMetadata();
  const stated = "Title" in info && typeof info.Title === "string" ? cleanTitle(info.Title) : "";
  const builder = new SectionBuilder();
  const title = addLines(lines, await readOutline(document), builder, NO_TITLE.test(stated) ? "" : stated);
  const knowledge = {
    ...{ id: path, title: title || path, kind: "pdf" as const, version: productVersion(title) },
    ...{ ...sourceOf(printedAddress(pages[0] ?? []), path), facets: NO_FACETS, sections: builder.sections() },
  };
  const left = document.numPages - pages.length;
  const warnings = left > 0 ? [`${path}: only the first ${pages.length} of ${document.numPages} pages were read`] : [];
  return { documents: [knowledge], warnings };
}

async function readPages(document: PDFDocumentProxy): Promise<PdfLine[][]> {
  const pages: PdfLine[][] = [];
  let letters = 0;
  while (pages.length < Math.min(document.numPages, MOST_PAGES) && letters < MOST_LETTERS) {
    const page = await document.getPage(pages.length + 1);
    const { items, styles } = await page.getTextContent();
    const texts = items.filter((item) => "str" in item);
    pages.push(readLines(pages.length, texts, (font) => styles[font]?.fontFamily === "monospace"));
    letters += texts.reduce((sum, { str }) => sum + str.length, 0);
    page.cleanup();
  }
  return pages;
}

/** A browser prints the address of a page at its head or foot. */
function printedAddress(lines: readonly PdfLine[]): string | undefined {
  const edges = [...lines.slice(0, 2), ...lines.slice(-2)];
  return edges.map(({ text }) => /^https?:\/\/\S+/.exec(text)?.[0]).find((one) => one !== undefined); // https://help.example.com/locks 1/3
}
