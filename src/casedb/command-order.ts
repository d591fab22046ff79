import { type CommandColumns, NO_SECOND } from "./command-columns.js";

type Compare = (a: number, b: number) => number;

/** Seconds of a log that are sorted by counting; a longer one would need more room for counts than for commands. */
const MOST_SECONDS = 50_000_000;
/** Up to this many in one second are put in order by insertion. */
const FEW = 24;

/** Rows by second of their start, unknown ones first, and within a second by `within`. */
export function orderByStart({ startS, count }: CommandColumns, within: Compare): Uint32Array {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const second of startS) {
    if (second === NO_SECOND) continue;
    if (second < first) first = second;
    if (second > last) last = second;
  }
  const order = new Uint32Array(count);
  if (last - first > MOST_SECONDS) {
    for (let row = 0; row < count; row++) order[row] = row;
    return order.sort((a, b) => (startS[a] ?? 0) - (startS[b] ?? 0) || within(a, b) || a - b);
  }
  const bucketOf = (row: number) => (startS[row] === NO_SECOND ? 0 : (startS[row] ?? 0) - first + 1);
  const ends = new Uint32Array(Math.max(0, last - first + 1) + 2);
  for (let row = 0; row < count; row++) ends[bucketOf(row) + 1] = (ends[bucketOf(row) + 1] ?? 0) + 1;
  for (let i = 1; i < ends.length; i++) ends[i] = (ends[i] ?? 0) + (ends[i - 1] ?? 0);
  // Filling moves the begin of each second to its end.
  for (let row = 0; row < count; row++) {
    const bucket = bucketOf(row);
    const at = ends[bucket] ?? 0;
    order[at] = row;
    ends[bucket] = at + 1;
  }
  let from = 0;
  for (const to of ends) {
    sortRange(order, from, to, within);
    from = to;
  }
  return order;
}

/** Stable: rows that `within` finds equal stay in order. */
function sortRange(order: Uint32Array, from: number, to: number, within: Compare): void {
  if (to - from > FEW) {
    order.subarray(from, to).sort((a, b) => within(a, b) || a - b);
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const row = order[i] ?? 0;
    let at = i;
    for (; at > from && within(order[at - 1] ?? 0, row) > 0; at--) order[at] = order[at - 1] ?? 0;
    order[at] = row;
  }
}

/** Index of the first row of `order` that started in this second or later. */
export function firstFrom(order: Uint32Array, startS: Int32Array, second: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((startS[order[middle] ?? 0] ?? 0) < second) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The `limit` rows with the largest value, largest first; equal ones by start, pid and line. */
export function largest(
  columns: CommandColumns,
  rows: readonly number[],
  values: ArrayLike<number>,
  limit: number,
): number[] {
  let chosen = rows;
  if (rows.length > limit) {
    const sorted = Float64Array.from(rows, (row) => values[row] ?? 0).sort();
    const least = sorted[sorted.length - limit] ?? 0;
    chosen = rows.filter((row) => (values[row] ?? 0) >= least);
  }
  const { startS, pid, lineNo } = columns;
  return [...chosen]
    .sort(
      (a, b) =>
        (values[b] ?? 0) - (values[a] ?? 0) ||
        (startS[a] ?? 0) - (startS[b] ?? 0) ||
        (pid[a] ?? 0) - (pid[b] ?? 0) ||
        (lineNo[a] ?? 0) - (lineNo[b] ?? 0) ||
        a - b,
    )
    .slice(0, limit);
}
