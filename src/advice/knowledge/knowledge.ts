import { existsSync } from "node:fs";
import type { Incident } from "../../contracts/analysis.js";
import type {
  KnowledgeAnswer,
  KnowledgePlace,
  KnowledgeQuestion,
  Passage,
  PastIncident,
} from "../../contracts/knowledge.js";
import type { Curator } from "./curator.js";
import { recall } from "./memory/case-memory.js";
import { excerptOf } from "./search/excerpt.js";
import { searchLexical } from "./search/lexical.js";
import { Vocabulary } from "./search/vocabulary.js";
import { BUILT_DATABASE, hasShipped } from "./shipped/shipped-corpus.js";
import { type KnowledgeDatabase, openKnowledgeDatabase } from "./store/knowledge-database.js";
import { readPassages } from "./store/passage-reader.js";

/** Below this an answer is refused; chosen on the questions of eval/knowledge. */
const LEAST_COVERAGE = 0.5;
/** Passages of one document in an answer, so that a long one leaves room for others. */
const OF_ONE_DOCUMENT = 2;

/** An open knowledge base, for reading. */
export class KnowledgeBase {
  private readonly vocabulary: Vocabulary;
  private readonly sites: readonly string[];

  constructor(
    private readonly db: KnowledgeDatabase,
    site: string,
    /** What the operator should know about the state of the base, a line each. */
    readonly notes: readonly string[],
  ) {
    this.vocabulary = new Vocabulary(db);
    this.sites = site === "" ? [""] : ["", site];
  }

  /** The k passages that answer best. An empty or hopeless question gives an answer that says so, never an error. */
  search(question: KnowledgeQuestion, k: number): KnowledgeAnswer {
    const { hits, corrections, coverage, telling } = searchLexical(
      this.db,
      this.vocabulary,
      question,
      k * 6,
      this.sites,
    );
    const best = hits[0]?.score ?? 1;
    const scored = hits.map(({ passageId, score }) => ({ passageId, score: round((score / best) * coverage) }));
    const passages = fewOfEach(readPassages(this.db, scored, (text) => excerptOf(text, telling))).slice(0, k);
    return { passages, corrections, answered: passages.length > 0 && coverage >= LEAST_COVERAGE, coverage };
  }

  /** Past incidents like this one, most similar first, and how many are remembered at all. */
  recall(incident: Incident): { before: PastIncident[]; remembered: number } {
    return recall(this.db, incident, this.sites);
  }

  close(): void {
    this.db.close();
  }
}

/** Opens a knowledge base for adding and removing; made, with the shipped articles, where there is none. */
export async function openCurator(path: string): Promise<Curator> {
  // Readers of documents and the tokenizer are heavy, and analysis needs neither.
  const { openForCurating } = await import("./curator.js");
  return openForCurating(path);
}

/** Opens the knowledge base of a site, or the shipped articles where the site has none. */
export async function openKnowledge({ path, site }: KnowledgePlace): Promise<KnowledgeBase> {
  if (path !== null && existsSync(path)) {
    const db = openKnowledgeDatabase(path, "read");
    const stale = "The articles in the knowledge base are of another version of p4rca: run p4rca corpus index.";
    return new KnowledgeBase(db, site, hasShipped(db) ? [] : [stale]);
  }
  if (existsSync(BUILT_DATABASE)) return new KnowledgeBase(openKnowledgeDatabase(BUILT_DATABASE, "read"), site, []);
  const db = openKnowledgeDatabase(":memory:", "create");
  const { refreshShipped } = await import("./shipped/refresh-shipped.js");
  await refreshShipped(db, 0);
  return new KnowledgeBase(db, site, []);
}

function fewOfEach(passages: readonly Passage[]): Passage[] {
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
