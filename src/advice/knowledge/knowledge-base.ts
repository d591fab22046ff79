import type { Incident } from "../../contracts/analysis.js";
import type { KnowledgeAnswer, KnowledgeQuestion, Passage, PastIncident } from "../../contracts/knowledge.js";
import { recall } from "./memory/case-memory.js";
import { excerptOf } from "./search/excerpt.js";
import type { Ranked } from "./search/fuse.js";
import { type Dense, fuse, type Rerank, rerank, searchDense } from "./search/hybrid.js";
import { searchLexical } from "./search/lexical.js";
import { Vocabulary } from "./search/vocabulary.js";
import type { KnowledgeDatabase } from "./store/knowledge-database.js";
import { readPassages } from "./store/passage-reader.js";

/** Below both an answer is refused; chosen on the questions of eval/knowledge. */
const LEAST_COVERAGE = 0.5;
const LEAST_SIMILARITY = 0.5;
/** Passages of one document in an answer, so that a long one leaves room for others. */
const OF_ONE_DOCUMENT = 2;
/** Passages that words bring in. */
const LEXICAL_CANDIDATES = 60;

/** What search may use beside words, and what stood in the way of it. */
export interface Models {
  readonly dense: Dense | null;
  readonly rerank: Rerank | null;
  readonly notes: readonly string[];
}

export type SearchArm = "lexical" | "dense" | "hybrid";

/** An open knowledge base, for reading. */
export class KnowledgeBase {
  /** What the operator should know about the state of the base, a line each. */
  readonly notes: string[];
  private readonly vocabulary: Vocabulary;
  private readonly sites: readonly string[];

  constructor(
    private readonly db: KnowledgeDatabase,
    site: string,
    private readonly models: Models,
  ) {
    this.vocabulary = new Vocabulary(db);
    this.sites = site === "" ? [""] : ["", site];
    this.notes = [...models.notes];
  }

  /** Ways of searching that can be had here. */
  get arms(): readonly SearchArm[] {
    return this.models.dense === null ? ["lexical"] : ["lexical", "dense", "hybrid"];
  }

  /**
   * The k passages that answer best. An empty or hopeless question gives an answer that says so, never an error; where
   * vectors fail, words alone answer, and `notes` says why.
   */
  async search(question: KnowledgeQuestion, k: number, arm: SearchArm = "hybrid"): Promise<KnowledgeAnswer> {
    const lexical = searchLexical(this.db, this.vocabulary, question, LEXICAL_CANDIDATES, this.sites);
    const { corrections, coverage, telling } = lexical;
    const { ranked, similarity } = await this.rank(question, lexical.hits, arm);
    const best = Math.max(ranked[0]?.score ?? 0, Number.EPSILON);
    const scored = ranked.map(({ passageId, score }) => ({ passageId, score: round((score / best) * coverage) }));
    const found = fewOfEach(readPassages(this.db, scored.slice(0, k * (1 + OF_ONE_DOCUMENT)))).slice(0, k);
    const passages = found.map((passage) => ({ ...passage, excerpt: excerptOf(passage.text, telling) }));
    const answered = passages.length > 0 && (coverage >= LEAST_COVERAGE || similarity >= LEAST_SIMILARITY);
    return { passages, corrections, answered, coverage: round(coverage) };
  }

  /** Past incidents like this one, most similar first, and how many are remembered at all. */
  recall(incident: Incident): { before: PastIncident[]; remembered: number } {
    return recall(this.db, incident, this.sites);
  }

  async close(): Promise<void> {
    await this.models.dense?.store.close();
    this.db.close();
  }

  /** The passages in the order of an arm, and how near the nearest one is; where models fail, in the order of the words. */
  private async rank(question: KnowledgeQuestion, lexical: readonly Ranked[], arm: SearchArm): Promise<Ranking> {
    const { dense, rerank: model } = this.models;
    if (arm === "lexical" || (dense === null && model === null)) return { ranked: lexical, similarity: 0 };
    try {
      const near = dense === null ? [] : await searchDense(this.db, dense, question, this.sites);
      const fused = arm === "dense" ? near : fuse(lexical, near, question);
      const ranked = model === null ? fused : await rerank(this.db, model, question, fused);
      return { ranked, similarity: near[0]?.score ?? 0 };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const note = `Search went on with words alone: ${reason}`;
      if (!this.notes.includes(note)) this.notes.push(note);
      return { ranked: lexical, similarity: 0 };
    }
  }
}

interface Ranking {
  readonly ranked: readonly Ranked[];
  readonly similarity: number;
}

function fewOfEach<T extends Pick<Passage, "documentId" | "site">>(passages: readonly T[]): T[] {
  const counts = new Map<string, number>();
  return passages.filter(({ documentId, site }) => {
    const key = `${site ?? ""}\0${documentId}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= OF_ONE_DOCUMENT;
  });
}

function round(score: number): number {
  return Math.round(score * 1000) / 1000;
}
