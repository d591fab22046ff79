import type { KnowledgeQuestion } from "../../../contracts/knowledge.js";
import type { KnowledgeDatabase } from "../store/knowledge-database.js";
import { type AskedTerm, type AskedWord, askedTerms } from "./question-terms.js";
import { termsOf } from "./terms.js";
import type { Vocabulary } from "./vocabulary.js";

export interface LexicalHit {
  readonly passageId: number;
  readonly score: number;
}

export interface LexicalAnswer {
  /** Best first, equal ones in the order they were added. */
  readonly hits: readonly LexicalHit[];
  /** Words that were taken for others, as typed and as taken. */
  readonly corrections: readonly (readonly [string, string])[];
  /** Part of the question, by how telling its terms are, that the best passage speaks of: 0 to 1. */
  readonly coverage: number;
  /** How much a term that was asked says of a text; 0 for any other. */
  readonly telling: (term: string) => number;
}

/** Weights of the columns in BM25; chosen with WEIGHTS. */
export const COLUMNS = { title: 14, headings: 5, names: 0.8, body: 1 };
/** Passages that each group of terms may bring in. */
const CANDIDATES = 150;
/** Passages whose text is read to tell how much of the question they speak of. */
const READ_FOR_COVERAGE = 3;

/**
 * The k best passages by BM25 over title, headings, names and body. A group of terms (names, words, parts of names,
 * synonyms) is one full-text query each; its scores count by the group's weight.
 *
 * @param sites labels whose documents may be found; "" is what all may see
 */
export function searchLexical(
  db: KnowledgeDatabase,
  vocabulary: Vocabulary,
  question: KnowledgeQuestion,
  k: number,
  sites: readonly string[],
): LexicalAnswer {
  const { terms, words, corrections } = askedTerms(question, vocabulary);
  const scores = new Map<number, number>();
  for (const weight of new Set(terms.map((term) => term.weight))) {
    const group = terms.filter((term) => term.weight === weight);
    for (const { id, rank } of match(db, group, sites)) scores.set(id, (scores.get(id) ?? 0) - weight * rank);
  }
  const hits = [...scores]
    .map(([passageId, score]) => ({ passageId, score }))
    .sort((a, b) => b.score - a.score || a.passageId - b.passageId)
    .slice(0, k);
  const asked = new Map(terms.map(({ text, weight }) => [text, weight * vocabulary.telling(vocabulary.count(text))]));
  const telling = (term: string) => asked.get(term) ?? 0;
  return { hits, corrections, telling, coverage: coverageOf(db, words, hits.slice(0, READ_FOR_COVERAGE)) };
}

function match(
  db: KnowledgeDatabase,
  group: readonly AskedTerm[],
  sites: readonly string[],
): { id: number; rank: number }[] {
  const { title, headings, names, body } = COLUMNS;
  const expression = group.map((term) => `"${term.text}"`).join(" OR ");
  return db
    .prepare<[number, number, number, number, string, string, number], { id: number; rank: number }>(
      `SELECT t.rowid AS id, bm25(passage_terms, ?, ?, ?, ?) AS rank
       FROM passage_terms AS t JOIN passage AS p ON p.id = t.rowid JOIN document AS d ON d.id = p.document_id
       WHERE passage_terms MATCH ? AND d.site IN (SELECT value FROM json_each(?))
       ORDER BY rank LIMIT ?`,
    )
    .all(title, headings, names, body, expression, JSON.stringify(sites), CANDIDATES);
}

/** How much of what was asked the best of these passages covers. */
function coverageOf(db: KnowledgeDatabase, asked: readonly AskedWord[], hits: readonly LexicalHit[]): number {
  const whole = asked.reduce((sum, word) => sum + word.telling, 0);
  if (whole === 0) return 0;
  const read = db
    .prepare<[number], string>(
      `SELECT d.title || char(10) || d.facets || char(10) || p.text FROM passage AS p JOIN document AS d ON d.id = p.document_id WHERE p.id = ?`,
    )
    .pluck();
  const parts = hits.map(({ passageId }) => {
    const said = new Set(termsOf(read.get(passageId) ?? "").map((term) => term.text));
    return asked.reduce(
      (sum, word) => sum + (word.alternatives.some((one) => said.has(one)) ? word.telling * word.sure : 0),
      0,
    );
  });
  return Math.max(0, ...parts) / whole;
}
