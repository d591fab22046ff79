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
