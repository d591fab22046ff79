/**
 * The smallest and the largest of any number of values: `Math.min(...values)` overflows the stack from about a hundred
 * thousand on. Infinity and -Infinity of none, as there.
 */
export function least(values: Iterable<number>): number {
  let found = Number.POSITIVE_INFINITY;
  for (const value of values) found = Math.min(found, value);
  return found;
}

export function most(values: Iterable<number>): number {
  let found = Number.NEGATIVE_INFINITY;
  for (const value of values) found = Math.max(found, value);
  return found;
}

/** Indexes of the `limit` largest values, the largest first, equal ones in their order. */
export function largestFirst(values: Float64Array, limit: number): number[] {
  const ascending = values.slice().sort();
  const least = values.length > limit ? (ascending[values.length - limit] as number) : Number.NEGATIVE_INFINITY;
  const chosen: number[] = [];
  for (let i = 0; i < values.length; i++) if ((values[i] as number) >= least) chosen.push(i);
  return chosen.sort((a, b) => (values[b] as number) - (values[a] as number)).slice(0, limit);
}
