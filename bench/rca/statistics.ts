/** A share with its Wilson 95 % interval. */
export interface Share {
  readonly right: number;
  readonly of: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

const Z = 1.959964;

export function shareOf(flags: readonly boolean[]): Share {
  const of = flags.length;
  const right = flags.filter(Boolean).length;
  if (of === 0) return { right, of, share: Number.NaN, low: 0, high: 1 };
  const share = right / of;
  const middle = (share + (Z * Z) / (2 * of)) / (1 + (Z * Z) / of);
  const half = (Z / (1 + (Z * Z) / of)) * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  return { right, of, share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

export interface Pair {
  readonly expected: string;
  readonly answered: string;
}

/** Mean of the F1 of every class that was expected at least once. */
export function macroF1(pairs: readonly Pair[]): number {
  const classes = [...new Set(pairs.map((pair) => pair.expected))];
  const scores = classes.map((name) => {
    const hit = pairs.filter((pair) => pair.expected === name && pair.answered === name).length;
    const expected = pairs.filter((pair) => pair.expected === name).length;
    const answered = pairs.filter((pair) => pair.answered === name).length;
    return hit === 0 ? 0 : (2 * hit) / (expected + answered);
  });
  return scores.length === 0 ? Number.NaN : scores.reduce((sum, one) => sum + one, 0) / scores.length;
}

export interface Claim {
  readonly confidence: number;
  readonly right: boolean;
}

export interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly said: number;
  readonly right: Share;
}

/** Claims by tenths of confidence; empty buckets are left out. */
export function calibration(claims: readonly Claim[]): Bucket[] {
  const buckets: Bucket[] = [];
  for (let tenth = 0; tenth < 10; tenth++) {
    const own = claims.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === tenth);
    if (own.length === 0) continue;
    const said = own.reduce((sum, claim) => sum + claim.confidence, 0) / own.length;
    buckets.push({ from: tenth / 10, to: (tenth + 1) / 10, said, right: shareOf(own.map((claim) => claim.right)) });
  }
  return buckets;
}

/** Expected calibration error: how far what was said is from what was right, weighed by how often it was said. */
export function calibrationError(buckets: readonly Bucket[]): number {
  const total = buckets.reduce((sum, bucket) => sum + bucket.right.of, 0);
  return buckets.reduce(
    (sum, bucket) => sum + Math.abs(bucket.said - bucket.right.share) * (bucket.right.of / total),
    0,
  );
}
