import type { KnowledgeFile } from "./document.js";

const OFFICE = "is an office document: save it as PDF or HTML";
const PICTURE = "is a picture: run OCR over it and add the text";
const PACKED = "is an archive or compressed: unpack it and add what is in it";
const MAIL = "is a saved mail or web archive: save it as HTML or PDF";

/** Files that people take for documents, by how their names end. */
const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/\.(docx?|dotx?|rtf|odt|pages)$/i, "is a Word document: save it as PDF or HTML"], // guide.docx
  [/\.(xlsx?|ods|numbers)$/i, "is a spreadsheet: save it as CSV"], // tickets.xlsx
  [/\.(pptx?|odp|vsdx?|one)$/i, OFFICE], // outage-review.pptx
  [/\.(mht|mhtml|webarchive|eml|msg)$/i, MAIL], // kb-2514.mhtml
];

/** The same by their first bytes, in Latin-1. */
const BY_START: readonly (readonly [string, string])[] = [
  ["PK\u0003\u0004", PACKED],
  ["\u00d0\u00cf\u0011\u00e0", OFFICE],
  ["{\\rtf", "is a Word document: save it as PDF or HTML"],
  ["\u001f\u008b", PACKED],
  ["BZh", PACKED],
  ["\u00fd7zXZ", PACKED],
  ["7z\u00bc\u00af", PACKED],
  ["(\u00b5/\u00fd", PACKED],
  ["\u0089PNG", PICTURE],
  ["\u00ff\u00d8\u00ff", PICTURE],
  ["GIF8", PICTURE],
  ["II*\u0000", PICTURE],
  ["MM\u0000*", PICTURE],
];

/** Why a file is nothing that any reader could read, and what to do about it; null for text and PDF. */
export function foreignFile({ path, bytes }: KnowledgeFile): string | null {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 16));
  const isText = /^(?:%PDF-|\u00ff\u00fe|\u00fe\u00ff)/.test(head); // %PDF-1.7, or the byte order mark of UTF-16
  if (isText) return null;
  const byName = BY_NAME.find(([ending]) => ending.test(path));
  const byStart = BY_START.find(([start]) => head.startsWith(start));
  if (byName !== undefined) return byName[1];
  if (byStart !== undefined) return byStart[1];
  const isPdf = /\.pdf$/i.test(path);
  return !isPdf && bytes.subarray(0, 65_536).includes(0) ? "is binary: no kind of document that p4rca reads" : null;
}
