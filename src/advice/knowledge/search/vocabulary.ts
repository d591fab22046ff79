import type { KnowledgeDatabase } from "../store/knowledge-database.js";
import { damerauWithin } from "./edit-distance.js";

/** Shorter words have too many neighbours to guess from. */
const SHORTEST_TO_CORRECT = 4;
/** From this length on two slips are forgiven. */
const LONG = 8;

/** The terms of the database: how many passages have each, and which one a mistyped word was meant to be. */
export class Vocabulary {
  private readonly countOf;
  private readonly counts = new Map<string, number>();
  private byInitial: Map<string, { text: string; passages: number }[]> | undefined;
  readonly passages: number;

  constructor(private readonly db: KnowledgeDatabase) {
    this.passages = db.prepare<[], number>("SELECT count(*) FROM passage").pluck().get() ?? 0;
    this.countOf = db
      .prepare<[string], number>("SELECT count(*) FROM passage_terms WHERE passage_terms MATCH ?")
      .pluck();
  }

  /** Passages with this term. */
  count(term: string): number {
    // A look into fts5vocab takes a millisecond, a match that counts a tenth of it.
    const known = this.counts.get(term) ?? this.countOf.get(`"${term}"`) ?? 0;
    this.counts.set(term, known);
    return known;
  }

  /** How telling a term is: its inverse document frequency as BM25 has it; a term that nobody uses is the most telling. */
  telling(passages: number): number {
    return Math.log(1 + (this.passages - passages + 0.5) / (passages + 0.5));
  }

  /** The known term that is nearest to an unknown one, the more frequent of two; undefined where none is near. */
  nearest(term: string): string | undefined {
    if (term.length < SHORTEST_TO_CORRECT || /^\d/.test(term)) return undefined;
    const allowed = term.length >= LONG ? 2 : 1;
    let best: { text: string; distance: number; passages: number } | undefined;
    for (const { text, passages } of this.neighbours(term)) {
      const distance = damerauWithin(term, text, allowed);
      if (distance > allowed) continue;
      if (best === undefined || distance < best.distance || (distance === best.distance && passages > best.passages))
        best = { text, distance, passages };
    }
    return best?.text;
  }

  /** Terms that begin alike: hardly anybody slips on the first key, and "bread" is not "read". */
  private neighbours(term: string): readonly { text: string; passages: number }[] {
    this.byInitial ??= this.readAll();
    return this.byInitial.get(term.charAt(0)) ?? [];
  }

  private readAll(): Map<string, { text: string; passages: number }[]> {
    const terms = new Map<string, { text: string; passages: number }[]>();
    for (const { text, passages } of this.db
      .prepare<[number], { text: string; passages: number }>(
        "SELECT term AS text, doc AS passages FROM passage_vocabulary WHERE length(term) >= ?",
      )
      .iterate(SHORTEST_TO_CORRECT - 1)) {
      const initial = text.charAt(0);
      const same = terms.get(initial);
      if (same === undefined) terms.set(initial, [{ text, passages }]);
      else same.push({ text, passages });
    }
    return terms;
  }
}
