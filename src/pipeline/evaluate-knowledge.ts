import { evaluateKnowledge } from "../advice/knowledge/knowledge.js";
import type { KnowledgePlace, RetrievalScore } from "../contracts/knowledge.js";

/** One line of the score card of a way of searching. */
interface RetrievalRow {
  /** lexical, dense or hybrid. */
  readonly search: string;
  /** Where the vectors lie; a dash where there are none. */
  readonly vectors: string;
  readonly kind: string;
  readonly questions: number;
  /** Null for questions that have no answer. */
  readonly "recall@5": number | null;
  readonly "ndcg@10": number | null;
  readonly mrr: number | null;
  readonly refused: number;
  readonly "p95 ms": number;
}

export interface RetrievalCard {
  readonly rows: readonly RetrievalRow[];
  /** Ids of the questions that each way of searching missed. */
  readonly missed: Readonly<Record<string, readonly string[]>>;
}

/**
 * Scores every way of searching that can be had here, over the vectors of each store that is named.
 *
 * @param part which half of the questions; weights were chosen on one, the other is held out
 */
export async function scoreKnowledge(
  place: KnowledgePlace,
  folder: string,
  part: "all" | "chosen" | "held-out",
): Promise<RetrievalCard> {
  const embedded = { ...place, chroma: undefined };
  const places = place.chroma === undefined ? [embedded] : [embedded, place];
  const rows: RetrievalRow[] = [];
  const missed: Record<string, readonly string[]> = {};
  for (const one of places) {
    for (const { arm, result } of await evaluateKnowledge(one, folder, part)) {
      if (arm === "lexical" && one !== embedded) continue;
      const vectors = arm === "lexical" ? "-" : one.chroma === undefined ? "embedded" : "chroma";
      missed[arm === "lexical" ? arm : `${arm}, ${vectors}`] = result.missed;
      rows.push(...result.scores.map((score) => rowOf(arm, vectors, score, result.p95Ms)));
    }
  }
  return { rows, missed };
}

function rowOf(search: string, vectors: string, score: RetrievalScore, p95Ms: number): RetrievalRow {
  const { kind, questions, recallAt5, ndcgAt10, mrr, refused } = score;
  const measured =
    kind === "unanswerable"
      ? { "recall@5": null, "ndcg@10": null, mrr: null }
      : { "recall@5": recallAt5, "ndcg@10": ndcgAt10, mrr };
  return { search, vectors, kind, questions, ...measured, refused, "p95 ms": p95Ms };
}
