import { termsOf } from "./terms.js";

const MOST_CHARACTERS = 320;

/**
 * The part of a passage that speaks most of what was asked: its best paragraph, cut around its first word that counts.
 *
 * @param telling weight of a term, 0 for one that was not asked
 */
export function excerptOf(text: string, telling: (term: string) => number): string {
  let best = "";
  let bestWeight = -1;
  for (const paragraph of text.split(/\n{2,}/)) {
    const asked = new Set(termsOf(paragraph).map((term) => term.text));
    let weight = 0;
    for (const term of asked) weight += telling(term);
    if (weight > bestWeight) {
      best = paragraph;
      bestWeight = weight;
    }
  }
  return cut(best.replaceAll(/\s+/g, " ").trim(), telling);
}

function cut(paragraph: string, telling: (term: string) => number): string {
  if (paragraph.length <= MOST_CHARACTERS) return paragraph;
  const words = paragraph.split(" ");
  let from = 0;
  for (const word of words) {
    if (termsOf(word).some((term) => telling(term.text) > 0)) break;
    from += word.length + 1;
  }
  // Some words before it, so that the sentence can be understood.
  const start = Math.max(0, Math.min(from - 60, paragraph.length - MOST_CHARACTERS));
  const begin = start === 0 ? 0 : paragraph.indexOf(" ", start) + 1;
  const end = paragraph.lastIndexOf(" ", begin + MOST_CHARACTERS);
  const shown = paragraph.slice(begin, end > begin ? end : begin + MOST_CHARACTERS);
  return `${begin > 0 ? "… " : ""}${shown}${begin + shown.length < paragraph.length ? " …" : ""}`;
}
