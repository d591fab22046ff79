import { openKnowledge } from "../advice/knowledge/knowledge.js";
import type { KnowledgeAnswer, KnowledgePlace } from "../contracts/knowledge.js";

/** What the books say to a question, and what the operator should know about their state. */
export async function searchKnowledge(
  place: KnowledgePlace,
  question: string,
  k: number,
): Promise<KnowledgeAnswer & { notes: readonly string[] }> {
  const base = await openKnowledge(place);
  try {
    return { ...(await base.search({ text: question, names: [] }, k)), notes: base.notes };
  } finally {
    await base.close();
  }
}
