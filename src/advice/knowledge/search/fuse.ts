/** A passage in one ranking. */
export interface Ranked {
  readonly passageId: number;
  readonly score: number;
}

/** The smaller, the more the first ranks count; the paper (Cormack, Clarke, Büttcher 2009) has 60, for longer lists. */
const RRF_CONSTANT = 20;

/**
 * Reciprocal rank fusion: each ranking gives a passage weight / (20 + rank), whatever its scores mean. Best first,
 * equal ones by number.
 */
export function fuseRanks(
  rankings: readonly { readonly hits: readonly Ranked[]; readonly weight: number }[],
): Ranked[] {
  const scores = new Map<number, number>();
  for (const { hits, weight } of rankings) {
    hits.forEach(({ passageId }, rank) => {
      scores.set(passageId, (scores.get(passageId) ?? 0) + weight / (RRF_CONSTANT + rank + 1));
    });
  }
  return [...scores]
    .map(([passageId, score]) => ({ passageId, score }))
    .sort((a, b) => b.score - a.score || a.passageId - b.passageId);
}
