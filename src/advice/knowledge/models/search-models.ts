import type { KnowledgePlace } from "../../../contracts/knowledge.js";
import type { Models } from "../knowledge-base.js";
import type { KnowledgeDatabase } from "../store/knowledge-database.js";

/**
 * Opens what the operator named: an embedding model with its vectors, a cross-encoder. What can't be opened is left out
 * with a note, and search goes on without it.
 */
export async function openSearchModels(_db: KnowledgeDatabase, _place: KnowledgePlace): Promise<Models> {
  return { dense: null, rerank: null, notes: ["no models yet"] };
}
