import type { EvidenceFormat } from "../evidence-format.js";

/** Below this a file counts as not recognised. */
const THRESHOLD = 0.5;

/** The format that knows these first bytes best, null when none does. */
export function recognise(head: Uint8Array, name: string, formats: readonly EvidenceFormat[]): EvidenceFormat | null {
  let best: EvidenceFormat | null = null;
  let bestScore = THRESHOLD;
  for (const format of formats) {
    const score = format.sniff(head, name);
    if (score > bestScore) {
      best = format;
      bestScore = score;
    }
  }
  return best;
}
