import { existsSync } from "node:fs";
import type { KnowledgePlace } from "../../contracts/knowledge.js";
import type { Curator } from "./curator.js";
import type { RetrievalResult } from "./evaluate/evaluate.js";
import { KnowledgeBase, type Models, type SearchArm } from "./knowledge-base.js";
import { BUILT_DATABASE, hasShipped } from "./shipped/shipped-corpus.js";
import { type KnowledgeDatabase, openKnowledgeDatabase } from "./store/knowledge-database.js";

/** The door. What is heavy (readers of documents, the tokenizer, models, chroma) is loaded where it is asked for. */

/** Opens the knowledge base of a site for reading, or the shipped articles where the site has none. */
export async function openKnowledge(place: KnowledgePlace): Promise<KnowledgeBase> {
  const { db, notes } = await openDatabase(place.path);
  const models = await openModels(db, place);
  return new KnowledgeBase(db, place.site, { ...models, notes: [...notes, ...models.notes] });
}

/** Opens a knowledge base for adding and removing; made, with the shipped articles, where there is none. */
export async function openCurator(path: string): Promise<Curator> {
  const { openForCurating } = await import("./curator.js");
  return openForCurating(path);
}

/** Scores each way of searching that can be had by the graded questions in a folder; see evaluate/. */
export async function evaluateKnowledge(
  place: KnowledgePlace,
  folder: string,
  part: "all" | "chosen" | "held-out",
): Promise<{ arm: SearchArm; result: RetrievalResult }[]> {
  const { readQuestions } = await import("./evaluate/questions.js");
  const { evaluateRetrieval } = await import("./evaluate/evaluate.js");
  const questions = readQuestions(folder).filter(({ heldOut }) => part === "all" || heldOut === (part === "held-out"));
  const base = await openKnowledge(place);
  try {
    const results = [];
    for (const arm of base.arms)
      results.push({ arm, result: await evaluateRetrieval(questions, (question, k) => base.search(question, k, arm)) });
    return results;
  } finally {
    await base.close();
  }
}

async function openDatabase(path: string | null): Promise<{ db: KnowledgeDatabase; notes: string[] }> {
  if (path !== null && existsSync(path)) {
    const db = openKnowledgeDatabase(path, "read");
    const stale = "The articles in the knowledge base are of another version of p4rca: run p4rca corpus index.";
    return { db, notes: hasShipped(db) ? [] : [stale] };
  }
  if (existsSync(BUILT_DATABASE)) return { db: openKnowledgeDatabase(BUILT_DATABASE, "read"), notes: [] };
  const { refreshShipped } = await import("./shipped/refresh-shipped.js");
  const db = openKnowledgeDatabase(":memory:", "create");
  await refreshShipped(db, 0);
  return { db, notes: [] };
}

async function openModels(db: KnowledgeDatabase, place: KnowledgePlace): Promise<Models> {
  if (place.embedding === undefined && place.reranker === undefined) return { dense: null, rerank: null, notes: [] };
  const { openSearchModels } = await import("./models/search-models.js");
  return openSearchModels(db, place);
}
