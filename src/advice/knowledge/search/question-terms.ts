import type { KnowledgeQuestion } from "../../../contracts/knowledge.js";
import { synonymsIn } from "./synonyms.js";
import { termsOf } from "./terms.js";
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
  readonly alternatives: readonly string[];
}

export interface AskedTerms {
  readonly terms: readonly AskedTerm[];
  readonly words: readonly AskedWord[];
  /** Words that nobody uses and what they were taken for. */
  readonly corrections: readonly (readonly [string, string])[];
}

/** Chosen on the questions in eval/knowledge; `p4rca corpus eval` shows what another choice costs. */
export const WEIGHTS = { named: 1.5, name: 2, word: 1, part: 0.4, synonym: 0.3 };

/** The terms of a question with their weights: names more, parts of names and synonyms less than words. */
export function askedTerms(question: KnowledgeQuestion, vocabulary: Vocabulary): AskedTerms {
  const weights = new Map<string, number>();
  const words: AskedWord[] = [];
  const corrections: [string, string][] = [];
  const ask = (text: string, weight: number) => {
    if (weight > (weights.get(text) ?? 0)) weights.set(text, weight);
  };
  const chain: string[] = [];
  for (const { text: term, kind, written } of termsOf(question.text)) {
    const text = vocabulary.count(term) > 0 ? term : (vocabulary.nearest(term) ?? term);
    if (text !== term && kind !== "part") corrections.push([written, text]);
    ask(text, WEIGHTS[kind]);
    if (kind === "part") continue;
    chain.push(text);
    words.push({ telling: vocabulary.telling(vocabulary.count(text)), alternatives: [text] });
  }
  for (const { from, count, phrases } of synonymsIn(chain)) {
    for (const phrase of phrases) ask(phrase.join(" "), WEIGHTS.synonym);
    const said = phrases.filter((phrase) => phrase.length === 1).flat();
    for (let at = from; at < from + count; at++) {
      const word = words[at];
      if (word !== undefined) words[at] = { ...word, alternatives: [...word.alternatives, ...said] };
    }
  }
  for (const name of question.names)
    for (const { text, kind } of termsOf(name)) if (kind !== "part") ask(text, WEIGHTS.named);
  return { terms: [...weights].map(([text, weight]) => ({ text, weight })), words: unique(words), corrections };
}

/** Each word once, however often it was said. */
function unique(words: readonly AskedWord[]): AskedWord[] {
  return [...new Map(words.map((word) => [word.alternatives[0], word])).values()];
}
