/** What is usual in this very log: the middle, and how far values usually stray from it. */
export interface Baseline {
  readonly usual: number;
  readonly sigma: number;
}

/** Fewer values than this have no habit that one could leave. */
const LEAST_VALUES = 12;
/** Scales the median distance from the median to the standard deviation of a normal distribution. */
const MAD_TO_SIGMA = 1.4826;

/**
 * Median and spread, which a storm of less than half of the log cannot shift. The spread of counts is never below their
 * square root (or 1): so much is chance. Null for fewer than a dozen values.
 */
export function baselineOf(values: readonly number[]): Baseline | null {
  if (values.length < LEAST_VALUES) return null;
  const usual = median(values);
  const spread = median(values.map((value) => Math.abs(value - usual))) * MAD_TO_SIGMA;
  return { usual, sigma: Math.max(spread, Math.sqrt(usual), 1) };
}

/** From where on a value is out of the ordinary: far outside the spread, a multiple of the usual, and much by itself. */
export function outOfOrdinary(
  { usual, sigma }: Baseline,
  limits: { readonly sigmas: number; readonly times: number; readonly atLeast: number },
): number {
  return Math.max(usual + limits.sigmas * sigma, usual * limits.times, limits.atLeast);
}

/** The upper one of two in the middle; 0 of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
