import type { ProgressListener } from "../../../base/progress.js";
import type { Embedder } from "../models/embedder.js";
import type { KnowledgeDatabase } from "../store/knowledge-database.js";
import type { VectorStore, WindowVector } from "./vector-store.js";

/** Windows that are embedded and stored at a time. */
const BATCH = 32;

const LEAD_WORDS = 40;

interface PassageRow {
  readonly handle: string;
  readonly document: string;
  readonly site: string;
  readonly title: string;
  readonly text: string;
}

/**
 * Brings the vectors of a store to the passages of a knowledge base: new passages are embedded, what belongs to passages
 * that are gone is removed. Interrupted, it goes on where it was.
 */
export async function indexVectors(
  db: KnowledgeDatabase,
  embedder: Embedder,
  store: VectorStore,
  listener: { readonly progress: ProgressListener; readonly checkpoint: () => void },
): Promise<{ embedded: number; removed: number; kept: number }> {
  const passages = db
    .prepare<[], PassageRow>(
      `SELECT p.handle, CASE d.site WHEN '' THEN d.key ELSE d.site || '/' || d.key END AS document, d.site, d.title, p.text
       FROM passage AS p JOIN document AS d ON d.id = p.document_id ORDER BY p.id`,
    )
    .all();
  const wanted = new Set(passages.map(({ handle }) => handle));
  const known = await store.passageIds();
  const stale = new Set([...known].filter(([handle]) => !wanted.has(handle)).map(([, document]) => document));
  await store.remove([...stale]);
  const missing = passages.filter(({ handle, document }) => stale.has(document) || !known.has(handle));
  let done = 0;
  for (let at = 0; at < missing.length; at += BATCH / 4) {
    listener.checkpoint();
    const batch = missing.slice(at, at + BATCH / 4);
    listener.progress({ stage: "embed", done, total: missing.length, unit: "items", detail: batch[0]?.title ?? "" });
    await store.upsert(await embedPassages(batch, embedder));
    done += batch.length;
  }
  return { embedded: missing.length, removed: stale.size, kept: passages.length - missing.length };
}

/** Each window begins with the document's title, so that a piece from its middle is still about something. */
async function embedPassages(passages: readonly PassageRow[], embedder: Embedder): Promise<WindowVector[]> {
  const windows = passages.flatMap((passage) => {
    const texts = embedder.windows(passage.text, passage.title);
    // Short questions are nearest to short texts: the title with the first words is a window of its own.
    const lead = passage.text.split(/\s+/).slice(0, LEAD_WORDS).join(" ");
    return [lead, ...texts].map((text, index) => ({ passage, index, text: `${passage.title}\n${text}` }));
  });
  const vectors: Float32Array[] = [];
  for (let at = 0; at < windows.length; at += BATCH)
    vectors.push(...(await embedder.embed(windows.slice(at, at + BATCH).map(({ text }) => text))));
  return windows.flatMap(({ passage, index }, at): WindowVector[] => {
    const vector = vectors[at];
    if (vector === undefined) return [];
    const { handle, document, site } = passage;
    return [{ id: `${handle}@${index}`, passageId: handle, documentId: document, site, vector }];
  });
}
