import { existsSync } from "node:fs";
import type { ProgressListener } from "../../base/progress.js";
import type { KnowledgePlace } from "../../contracts/knowledge.js";
import type { Curator } from "./curator.js";
import type { RetrievalResult } from "./evaluate/evaluate.js";
import { KnowledgeBase, type Models, type SearchArm } from "./knowledge-base.js";
import type { listModelFolders } from "./models/model-folder.js";
import type { PulledFile } from "./models/pull-model.js";
import { BUILT_DATABASE, hasShipped } from "./shipped/shipped-corpus.js";
import { type KnowledgeDatabase, openKnowledgeDatabase } from "./store/knowledge-database.js";
import type { ChromaServer } from "./vectors/chroma-server.js";

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

/**
 * Brings the knowledge base up to date: the shipped articles to those of this version, and with a model the vectors of
 * all passages, in the base or in the chroma server that the place names.
 */
export async function indexKnowledge(
  place: KnowledgePlace & { path: string },
  listener: Listener,
): Promise<IndexResult> {
  const curator = await openCurator(place.path);
  try {
    if (place.embedding === undefined) return { vectors: null };
    const { openEmbedder } = await import("./models/embedder.js");
    const { openVectorStore } = await import("./models/search-models.js");
    const { indexVectors } = await import("./vectors/index-vectors.js");
    const embedder = await openEmbedder(place.embedding);
    const store = await openVectorStore(curator.db, embedder, place.chroma, false);
    const counts = await indexVectors(curator.db, embedder, store, listener);
    await store.close();
    return { vectors: { store: store.id, model: embedder.modelId, ...counts } };
  } finally {
    curator.close();
  }
}

/** Copies the vectors of a model from the knowledge base to a chroma server, or back. Returns how many. */
export async function moveKnowledge(
  place: KnowledgePlace & { path: string; embedding: string; chroma: string },
  to: "chroma" | "embedded",
): Promise<number> {
  const { openEmbedder } = await import("./models/embedder.js");
  const { openVectorStore } = await import("./models/search-models.js");
  const { moveVectors } = await import("./vectors/vector-store.js");
  const curator = await openCurator(place.path);
  try {
    const embedder = await openEmbedder(place.embedding);
    const embedded = await openVectorStore(curator.db, embedder, undefined, false);
    const chroma = await openVectorStore(curator.db, embedder, place.chroma, false);
    return to === "chroma" ? await moveVectors(embedded, chroma) : await moveVectors(chroma, embedded);
  } finally {
    curator.close();
  }
}

/** Starts the chroma server that npm ships; see vectors/chroma-server.ts. */
export async function serveChroma(dataFolder: string, port: number | null): Promise<ChromaServer> {
  const { startChroma } = await import("./vectors/chroma-server.js");
  return startChroma(dataFolder, port);
}

/** Models in a folder of models. */
export async function listModels(folder: string): Promise<ReturnType<typeof listModelFolders>> {
  const { listModelFolders } = await import("./models/model-folder.js");
  return listModelFolders(folder);
}

/** Fetches a model from the internet; see models/pull-model.ts. */
export async function fetchModel(id: string, folder: string, listener: Listener): Promise<PulledFile[]> {
  const { pullModel } = await import("./models/pull-model.js");
  return pullModel(id, folder, listener);
}

/** What of the room is installed: how many articles, and whether local models and the chroma server can be run. */
export async function installedParts(): Promise<{ articles: number; models: boolean; chroma: boolean }> {
  const { db } = await openDatabase(null);
  const articles = db.prepare<[], number>("SELECT count(*) FROM document").pluck().get() ?? 0;
  db.close();
  const isThere = (name: string) => {
    try {
      return Boolean(import.meta.resolve(name));
    } catch {
      return false;
    }
  };
  return { articles, models: isThere("@xenova/transformers"), chroma: isThere("chromadb") };
}

interface Listener {
  readonly progress: ProgressListener;
  readonly checkpoint: () => void;
}

/** What became of the vectors; null where no model was named. */
export interface IndexResult {
  readonly vectors: {
    readonly store: string;
    readonly model: string;
    readonly embedded: number;
    readonly removed: number;
    readonly kept: number;
  } | null;
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
