import type { FileReading, KnowledgeDocument, KnowledgeFile } from "./document.js";
import { foreignFile } from "./foreign-file.js";
import { FORMATS } from "./formats.js";

/** Larger files are no documents. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Reads a file as the format that is surest of it. Never rejects for what the file says: what can't be read is left
 * out with a warning that names the file and what to do.
 */
export async function readKnowledgeFile(file: KnowledgeFile): Promise<FileReading> {
  const { path, bytes } = file;
  const refused = (reason: string): FileReading => ({ documents: [], warnings: [`${path} ${reason}`] });
  if (bytes.length === 0) return refused("is empty");
  if (bytes.length > MOST_BYTES) return refused("is larger than 64 MB: no document, left out");
  const foreign = foreignFile(file);
  if (foreign !== null) return refused(foreign);
  const [best] = FORMATS.map((format) => ({ format, claim: format.claims(file) })).sort((a, b) => b.claim - a.claim);
  if (best === undefined || best.claim === 0) return refused("is JSON, but no Slack export and no analysis of p4rca");
  try {
    const { documents, warnings } = await best.format.read(file);
    return { documents: withUniqueIds(documents), warnings };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return refused(`can't be read as ${best.format.title}: ${reason}`);
  }
}

/** A ticket exported twice, a topic saved twice: none may take the place of the other. */
function withUniqueIds(documents: readonly KnowledgeDocument[]): KnowledgeDocument[] {
  const times = new Map<string, number>();
  return documents.map((document) => {
    const time = (times.get(document.id) ?? 0) + 1;
    times.set(document.id, time);
    return time === 1 ? document : { ...document, id: `${document.id}~${time}` };
  });
}
