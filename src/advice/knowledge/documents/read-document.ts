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
  if (best === undefined || best.claim === 0) return refused("is no kind of document that p4rca reads");
  try {
    return await best.format.read(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return refused(`can't be read as ${best.format.title}: ${reason}`);
  }
}
