import type { KnowledgeQuestion } from "../../../contracts/knowledge.js";
import { synonymsIn } from "./synonyms.js";
import { type Term, termsOf } from "./terms.js";
import type { Vocabulary } from "./vocabulary.js";

/** A term or phrase to look for. */
export interface AskedTerm {
  /** One term, or several that have to follow each other. */
  readonly text: string;
  /** How much a passage that has it gains, beside the plain words of the question at 1. */
  readonly weight: number;
}

/** A word of the question, and what a passage may say instead. */
export interface AskedWord {
  /** Inverse document frequency. */
  readonly telling: number;
  /** Part of that which a passage gets for having the word: less than 1 where the word is a guess. */
  readonly sure: number;
  readonly alternatives: readonly string[];
}

export interface AskedTerms {
  readonly terms: readonly AskedTerm[];
  readonly words: readonly AskedWord[];
  /** Words that nobody uses and what they were taken for. */
  readonly corrections: readonly (readonly [string, string])[];
}

/** Chosen on the questions in eval/knowledge; `p4rca corpus eval` shows what another choice costs. */
const WEIGHTS = { named: 2, name: 0.8, word: 1, part: 1, synonym: 0.3, pair: 0.9 };
/** A word that had to be guessed speaks less surely for a passage that has it. */
const GUESSED = 0.5;

/** The terms of a question with their weights: names more, parts of names and synonyms less than words. */
export function askedTerms(question: KnowledgeQuestion, vocabulary: Vocabulary): AskedTerms {
  const weights = new Map<string, number>();
  const ask = (text: string, weight: number) => {
    if (weight > (weights.get(text) ?? 0)) weights.set(text, weight);
  };
  const read = knownTerms(question.text, vocabulary).map((term) => readTerm(term, vocabulary));
  for (const { text, kind } of read) ask(text, WEIGHTS[kind]);
  const whole = read.filter(({ kind }) => kind !== "part");
  const words = whole.map(({ text, guessed }): AskedWord => {
    // A figure alone (a pid, a time) says nothing of what is asked.
    const telling = /^[\d_]+$/.test(text) ? 0 : vocabulary.telling(guessed ? 0 : vocabulary.count(text));
    return { telling, sure: guessed ? GUESSED : 1, alternatives: [text] };
  });
  // Words that follow each other and do so in a passage as well: "write lock" is more than write and lock.
  for (const [at, { text }] of whole.entries()) {
    const next = whole[at + 1];
    if (next !== undefined) ask(`${text} ${next.text}`, WEIGHTS.pair);
  }
  for (const { from, count, phrases } of synonymsIn(whole.map(({ text }) => text))) {
    for (const phrase of phrases) ask(phrase.join(" "), WEIGHTS.synonym);
    const said = phrases.filter((phrase) => phrase.length === 1).flat();
    for (const [at, word] of words.slice(from, from + count).entries())
      words[from + at] = { ...word, alternatives: [...word.alternatives, ...said] };
  }
  for (const name of question.names)
    for (const { text, kind } of termsOf(name)) if (kind !== "part") ask(text, WEIGHTS.named);
  return {
    terms: [...weights].map(([text, weight]) => ({ text, weight })),
    words: unique(words),
    corrections: whole.flatMap(({ text, written, guessed }) => (guessed ? [[written, text] as const] : [])),
  };
}

/** Terms of a text; a name that no passage has (`monitor=2`) gives way to its parts, which then count as words. */
function knownTerms(text: string, vocabulary: Vocabulary): Term[] {
  let unknownName = "";
  return termsOf(text).flatMap((term) => {
    if (term.kind !== "part") unknownName = "";
    const isName = term.kind === "name" && vocabulary.count(term.text) === 0;
    // db.rve is db.rev mistyped; monitor=2 and monitor=1 are two things.
    if (isName && (/\d/.test(term.text) || vocabulary.nearest(term.text) === undefined)) {
      unknownName = term.text;
      return [];
    }
    return [term.kind === "part" && unknownName !== "" ? { ...term, kind: "word" as const } : term];
  });
}

/** A term of the question as the books have it: a word that nobody uses is taken for the nearest one that is used. */
function readTerm(term: Term, vocabulary: Vocabulary): Term & { readonly guessed: boolean } {
  const near = vocabulary.count(term.text) > 0 ? undefined : vocabulary.nearest(term.text);
  return { ...term, text: near ?? term.text, guessed: near !== undefined };
}

/** Each word once, however often it was said. */
function unique(words: readonly AskedWord[]): AskedWord[] {
  return [...new Map(words.map((word) => [word.alternatives[0], word])).values()];
}
