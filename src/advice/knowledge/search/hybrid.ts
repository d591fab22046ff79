import type { KnowledgeQuestion } from "../../../contracts/knowledge.js";
import type { KnowledgeDatabase } from "../store/knowledge-database.js";
import { passageNumbers } from "../store/passage-reader.js";
import type { VectorStore } from "../vectors/vector-store.js";
import { fuseRanks, type Ranked } from "./fuse.js";

/** A local embedding model with the vectors that it made. */
export interface Dense {
  embed(text: string): Promise<Float32Array>;
  readonly store: VectorStore;
}

/** How sure a local cross-encoder is that each text answers the question; higher is surer. */
export type Rerank = (question: string, texts: readonly string[]) => Promise<readonly number[]>;

/**
 * Weights of the two rankings; chosen on the questions of eval/knowledge. A question that comes with exact names (an
 * incident's) is answered by names rather than by likeness.
 */
const FUSION = { lexical: 1, dense: 0.65, denseWithNames: 0.3 };
/** Passages that dense search brings in. */
const DENSE_CANDIDATES = 40;
/** Passages that a cross-encoder puts in order again. */
const RERANKED = 20;

/** Pids, times and amounts: `1019581`, `11:28:36`, `73.3`; to a model they are strange words that pull to other passages with figures. */
const FIGURE = /(?<![\w.-])\d[\d:.,/]*(?![\w-])/g;

/** Passages by meaning: those whose nearest window is most similar to the question. Vectors of passages that are gone are left out. */
export async function searchDense(
  db: KnowledgeDatabase,
  { embed, store }: Dense,
  question: KnowledgeQuestion,
  sites: readonly string[],
): Promise<Ranked[]> {
  const vector = await embed([question.text.replaceAll(FIGURE, " "), question.names.join(" ")].join("\n").trim());
  const hits = await store.query(vector, DENSE_CANDIDATES, sites);
  const numbers = passageNumbers(
    db,
    hits.map(({ passageId }) => passageId),
    sites,
  );
  return hits.flatMap(({ passageId, similarity }) => {
    const number = numbers.get(passageId);
    return number === undefined ? [] : [{ passageId: number, score: similarity }];
  });
}

export function fuse(lexical: readonly Ranked[], dense: readonly Ranked[], { names }: KnowledgeQuestion): Ranked[] {
  return fuseRanks([
    { hits: lexical, weight: FUSION.lexical },
    { hits: dense, weight: names.length > 0 ? FUSION.denseWithNames : FUSION.dense },
  ]);
}

/** The first passages in the order of a cross-encoder, the others behind them as they were. */
export async function rerank(
  db: KnowledgeDatabase,
  model: Rerank,
  question: KnowledgeQuestion,
  hits: readonly Ranked[],
): Promise<Ranked[]> {
  const textOf = db
    .prepare<[number], string>(
      "SELECT d.title || char(10) || p.text FROM passage AS p JOIN document AS d ON d.id = p.document_id WHERE p.id = ?",
    )
    .pluck();
  const first = hits.slice(0, RERANKED);
  const scores = await model(
    question.text,
    first.map(({ passageId }) => textOf.get(passageId) ?? ""),
  );
  const byScore = first
    .map(({ passageId }, index) => ({ passageId, score: 1 / (1 + Math.exp(-(scores[index] ?? 0))) }))
    .sort((a, b) => b.score - a.score || a.passageId - b.passageId);
  return [...byScore, ...hits.slice(RERANKED)];
}
