import type { KnowledgeQuestion } from "../../../contracts/knowledge.js";
import type { KnowledgeDatabase } from "../store/knowledge-database.js";
import { type AskedTerm, type AskedWord, askedTerms } from "./question-terms.js";
import { termsOf } from "./terms.js";
import type { Vocabulary } from "./vocabulary.js";

interface LexicalHit {
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
const COLUMNS = { title: 30, headings: 3, names: 0.8, lead: 0.5, body: 0.5 };
/** Passages that each group of terms may bring in. */
const CANDIDATES = 150;
/** Rows that the terms of a group may have together. */
const ROW_BUDGET = 3000;
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
  const hits = [...scoresOf(db, vocabulary, terms, sites)]
    .map(([passageId, score]) => ({ passageId, score }))
    .sort((a, b) => b.score - a.score || a.passageId - b.passageId)
    .slice(0, k);
  const single = terms.filter(({ text }) => !text.includes(" "));
  const asked = new Map(single.map(({ text, weight }) => [text, weight * vocabulary.telling(vocabulary.count(text))]));
  const telling = (term: string) => asked.get(term) ?? 0;
  return { hits, corrections, telling, coverage: coverageOf(db, words, hits.slice(0, READ_FOR_COVERAGE)) };
}

/** Scores of passages that these sites may see. */
function scoresOf(
  db: KnowledgeDatabase,
  vocabulary: Vocabulary,
  terms: readonly AskedTerm[],
  sites: readonly string[],
): Map<number, number> {
  const groups = [...new Set(terms.map((term) => term.weight))].map((weight) => ({
    weight,
    expression: expressionOf(
      terms.filter((term) => term.weight === weight),
      vocabulary,
    ),
  }));
  const sum = (match: (expression: string) => Match[]) => {
    const scores = new Map<number, number>();
    for (const { weight, expression } of groups)
      if (expression !== "")
        for (const { id, rank } of match(expression)) scores.set(id, (scores.get(id) ?? 0) - weight * rank);
    return scores;
  };
  const scores = sum((expression) => matchAll(db, expression));
  const allowed = visible(db, [...scores.keys()], sites);
  if (allowed.size === scores.size) return scores;
  // Other sites' passages took places: asked again, slower, for those of these sites alone.
  return sum((expression) => matchOf(db, expression, sites));
}

type Weights = [number, number, number, number, number];

const weightsOf = ({ title, headings, names, lead, body }: typeof COLUMNS): Weights => [
  title,
  headings,
  names,
  lead,
  body,
];

function matchAll(db: KnowledgeDatabase, expression: string): Match[] {
  return db
    .prepare<[...Weights, string, number], Match>(
      `SELECT rowid AS id, bm25(passage_terms, ?, ?, ?, ?, ?) AS rank FROM passage_terms
       WHERE passage_terms MATCH ? ORDER BY rank, rowid LIMIT ?`,
    )
    .all(...weightsOf(COLUMNS), expression, CANDIDATES);
}

function matchOf(db: KnowledgeDatabase, expression: string, sites: readonly string[]): Match[] {
  return db
    .prepare<[...Weights, string, string, number], Match>(
      `SELECT t.rowid AS id, bm25(passage_terms, ?, ?, ?, ?, ?) AS rank
       FROM passage_terms AS t JOIN passage AS p ON p.id = t.rowid JOIN document AS d ON d.id = p.document_id
       WHERE passage_terms MATCH ? AND d.site IN (SELECT value FROM json_each(?)) ORDER BY rank, t.rowid LIMIT ?`,
    )
    .all(...weightsOf(COLUMNS), expression, JSON.stringify(sites), CANDIDATES);
}

interface Match {
  readonly id: number;
  readonly rank: number;
}

/**
 * A full-text query for the rarest terms of a group, as many as stay within the budget of rows, one at least. Terms that
 * very many passages have say least and cost most. In a small base nothing is left out.
 */
function expressionOf(group: readonly AskedTerm[], vocabulary: Vocabulary): string {
  const byRarity = group
    .map(({ text }) => ({ text, rows: Math.min(...text.split(" ").map((term) => vocabulary.count(term))) }))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => a.rows - b.rows || (a.text < b.text ? -1 : 1));
  let spent = 0;
  const affordable = byRarity.filter(({ rows }, index) => {
    spent += rows;
    return index === 0 || spent <= ROW_BUDGET;
  });
  return affordable.map(({ text }) => `"${text}"`).join(" OR ");
}

/** Which of these passages the sites may see. */
function visible(db: KnowledgeDatabase, ids: readonly number[], sites: readonly string[]): Set<number> {
  const found = db
    .prepare<[string, string], number>(
      `SELECT p.id FROM passage AS p JOIN document AS d ON d.id = p.document_id
       WHERE p.id IN (SELECT value FROM json_each(?)) AND d.site IN (SELECT value FROM json_each(?))`,
    )
    .pluck()
    .all(JSON.stringify(ids), JSON.stringify(sites));
  return new Set(found);
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
