/** Relevance of documents for a question: 3 the page to open, 2 a good help, 1 worth knowing. */
export type Relevance = Readonly<Record<string, number>>;

/** Part of the relevant documents (grade 2 and 3) among the first k, of those that k has room for. */
export function recallAt(k: number, found: readonly string[], relevance: Relevance): number {
  const wanted = Object.keys(relevance).filter((id) => (relevance[id] ?? 0) >= 2);
  if (wanted.length === 0) return 1;
  const first = new Set(found.slice(0, k));
  return wanted.filter((id) => first.has(id)).length / Math.min(k, wanted.length);
}

/** Normalised discounted cumulative gain of the first k with gain 2^grade - 1 (Järvelin and Kekäläinen; Burges). */
export function ndcgAt(k: number, found: readonly string[], relevance: Relevance): number {
  const gain = (grade: number, rank: number) => (2 ** grade - 1) / Math.log2(rank + 2);
  const sum = (grades: readonly number[]) =>
    grades.slice(0, k).reduce((total, grade, rank) => total + gain(grade, rank), 0);
  const best = sum(Object.values(relevance).sort((a, b) => b - a));
  return best === 0 ? 1 : sum(found.map((id) => relevance[id] ?? 0)) / best;
}

/** 1 / rank of the first document of grade 2 or 3 among the first k; 0 where there is none. */
export function reciprocalRank(k: number, found: readonly string[], relevance: Relevance): number {
  const rank = found.slice(0, k).findIndex((id) => (relevance[id] ?? 0) >= 2);
  return rank === -1 ? 0 : 1 / (rank + 1);
}
