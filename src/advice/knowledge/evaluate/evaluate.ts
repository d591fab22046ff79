import type { KnowledgeAnswer, KnowledgeQuestion, RetrievalScore } from "../../../contracts/knowledge.js";
import { ndcgAt, recallAt, reciprocalRank } from "./metrics.js";
import { type GradedQuestion, QUESTION_KINDS, type QuestionKind } from "./questions.js";

export interface RetrievalResult {
  readonly scores: readonly RetrievalScore[];
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Ids of questions whose best page was not among the first five, and of those refused or answered wrongly. */
  readonly missed: readonly string[];
}

const DEPTH = 10;

/** Asks every question and scores the answers by document; passages of one document count once, at its best. */
export async function evaluateRetrieval(
  questions: readonly GradedQuestion[],
  search: (question: KnowledgeQuestion, k: number) => Promise<KnowledgeAnswer>,
): Promise<RetrievalResult> {
  const asked: { question: GradedQuestion; answer: KnowledgeAnswer; ms: number }[] = [];
  for (const question of questions) {
    const begin = performance.now();
    const answer = await search(question.question, 2 * DEPTH);
    asked.push({ question, answer, ms: performance.now() - begin });
  }
  const judged = asked.map(({ question, answer }) => judge(question, answer));
  const answerable = judged.filter(({ kind }) => kind !== "unanswerable");
  const scores = QUESTION_KINDS.map((kind) =>
    scoreOf(
      kind,
      judged.filter((one) => one.kind === kind),
    ),
  );
  const times = asked.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (part: number) => round(times[Math.min(times.length - 1, Math.floor(part * times.length))] ?? 0);
  return {
    scores: [...scores, scoreOf("answerable", answerable)].filter((score) => score.questions > 0),
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    missed: judged.filter(({ missed }) => missed).map(({ id }) => id),
  };
}

interface Judged {
  readonly id: string;
  readonly kind: QuestionKind;
  readonly recall: number;
  readonly ndcg: number;
  readonly rr: number;
  readonly refused: boolean;
  readonly missed: boolean;
}

function judge({ id, kind, relevance }: GradedQuestion, answer: KnowledgeAnswer): Judged {
  const found = [...new Set(answer.passages.map(({ documentId }) => documentId))];
  const recall = recallAt(5, found, relevance);
  const refused = !answer.answered;
  const missed = kind === "unanswerable" ? !refused : recall < 1 || refused;
  return {
    ...{ id, kind, recall, refused, missed },
    ndcg: ndcgAt(DEPTH, found, relevance),
    rr: reciprocalRank(DEPTH, found, relevance),
  };
}

function scoreOf(kind: RetrievalScore["kind"], judged: readonly Judged[]): RetrievalScore {
  const mean = (pick: (one: Judged) => number) =>
    judged.length === 0 ? 0 : round(judged.reduce((sum, one) => sum + pick(one), 0) / judged.length);
  return {
    kind,
    questions: judged.length,
    recallAt5: mean((one) => one.recall),
    ndcgAt10: mean((one) => one.ndcg),
    mrr: mean((one) => one.rr),
    refused: mean((one) => (one.refused ? 1 : 0)),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
