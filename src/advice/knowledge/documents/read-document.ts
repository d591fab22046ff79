import type { FileReading, KnowledgeFile } from "./document.js";
import { FORMATS } from "./formats.js";

/** Larger files are no documents. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Reads a file as the format that is surest of it. What can't be read is a warning, never an error. */
export async function readKnowledgeFile(file: KnowledgeFile): Promise<FileReading> {
  const { path, bytes } = file;
  const refused = (reason: string): FileReading => ({ documents: [], warnings: [`${path} ${reason}`] });
  if (bytes.length === 0) return refused("is empty");
  if (bytes.length > MOST_BYTES) return refused("is larger than 64 MB: no document, left out");
  const [best] = FORMATS.map((format) => ({ format, claim: format.claims(file) })).sort((a, b) => b.claim - a.claim);
  if (best === undefined || best.claim === 0) return refused(whatItIs(bytes));
  try {
    return await best.format.read(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return refused(`can't be read as ${best.format.title}: ${reason}`);
  }
}

/** Files that people take for documents, by their first bytes. */
const OTHERS: readonly (readonly [readonly number[], string])[] = [
  [[0x50, 0x4b, 3, 4], "is an office document or a ZIP archive: save it as PDF or HTML, or unpack it"],
  [[0xd0, 0xcf, 0x11, 0xe0], "is an old office document: save it as PDF or HTML"],
  [[0x1f, 0x8b], "is compressed: unpack it"],
  [[0x89, 0x50, 0x4e, 0x47], "is a picture: run OCR over it and add the text"],
  [[0xff, 0xd8, 0xff], "is a picture: run OCR over it and add the text"],
];

function whatItIs(bytes: Uint8Array): string {
  const known = OTHERS.find(([magic]) => magic.every((byte, at) => bytes[at] === byte));
  return known?.[1] ?? "is binary: no kind of document that p4rca reads";
}
