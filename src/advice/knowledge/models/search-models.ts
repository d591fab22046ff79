import type { KnowledgePlace } from "../../../contracts/knowledge.js";
import type { Models } from "../knowledge-base.js";
import type { Dense, Rerank } from "../search/hybrid.js";
import type { KnowledgeDatabase } from "../store/knowledge-database.js";
import { embeddedVectors } from "../vectors/embedded-vectors.js";
import type { VectorSpace, VectorStore } from "../vectors/vector-store.js";
import { openEmbedder } from "./embedder.js";
import { openReranker } from "./reranker.js";

/**
 * Opens what the operator named: an embedding model with its vectors, a cross-encoder. What can't be opened is left out
 * with a note, and search goes on without it.
 */
export async function openSearchModels(db: KnowledgeDatabase, place: KnowledgePlace): Promise<Models> {
  const notes: string[] = [];
  const attempt = async <T>(open: () => Promise<T>): Promise<T | null> => {
    try {
      return await open();
    } catch (error) {
      notes.push(`Search goes on with words alone: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  };
  const { embedding, reranker } = place;
  const dense = embedding === undefined ? null : await attempt(() => openDense(db, embedding, place, notes));
  const rerank: Rerank | null = reranker === undefined ? null : await attempt(() => openReranker(reranker));
  return { dense, rerank, notes };
}

async function openDense(
  db: KnowledgeDatabase,
  folder: string,
  place: KnowledgePlace,
  notes: string[],
): Promise<Dense> {
  const embedder = await openEmbedder(folder);
  const store = await openVectorStore(db, embedder, place.chroma, true);
  const passages = db.prepare<[], number>("SELECT count(*) FROM passage").pluck().get() ?? 0;
  const known = (await store.passageIds()).size;
  if (known < passages)
    notes.push(`${passages - known} of ${passages} passages have no vectors yet: run p4rca corpus index.`);
  const embed = async (text: string): Promise<Float32Array> => {
    const [vector] = await embedder.embed([text]);
    return vector ?? new Float32Array(embedder.dimensions);
  };
  return { embed, store };
}

/** Vectors where the operator keeps them: in a chroma server, else in the knowledge base. */
export async function openVectorStore(
  db: KnowledgeDatabase,
  space: VectorSpace,
  chroma: string | undefined,
  readonly: boolean,
): Promise<VectorStore> {
  if (chroma === undefined) return embeddedVectors(db, space, readonly);
  const { chromaVectors } = await import("../vectors/chroma-vectors.js");
  return chromaVectors(chroma, space);
}
