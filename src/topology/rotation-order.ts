import { baseName } from "./log-family.js";

interface Timed {
  readonly path: string;
  readonly firstS: number | null;
  readonly lastS: number | null;
}

/** By so much the first time of a file may be off: whole seconds, and estimates from track blocks. */
const SLACK_S = 2;

/**
 * Rotations of one log in time order. Content decides; names only where it can't: between files of the same seconds,
 * and for a file without any time (the middle of a block that was cut twice).
 */
export function inTimeOrder<T extends Timed>(files: readonly T[]): T[] {
  const last = Number.MAX_SAFE_INTEGER;
  const byTime = [...files].sort(
    (a, b) =>
      (a.firstS ?? last) - (b.firstS ?? last) || (a.lastS ?? last) - (b.lastS ?? last) || (a.path < b.path ? -1 : 1),
  );
  return nameOrders(files).find(fitsTimes) ?? byTime;
}

/** Orders that the names allow: upwards or downwards, the likelier first. A name without a number is the live log. */
function nameOrders<T extends Timed>(files: readonly T[]): T[][] {
  const keyed = files.map((file) => ({ file, numbers: numbersOf(baseName(file.path)) }));
  const order = (direction: number) =>
    [...keyed]
      .sort((a, b) => {
        if (a.numbers.length === 0 || b.numbers.length === 0) return b.numbers.length - a.numbers.length;
        return direction * compare(a.numbers, b.numbers) || (a.file.path < b.file.path ? -1 : 1);
      })
      .map(({ file }) => file);
  // log.1, log.2: logrotate counts the age; log.2024-03-05_10-00-00: a date counts the time.
  const counted = keyed.every(({ numbers }) => numbers.length <= 1 && (numbers[0] ?? 0) < 1000);
  return counted ? [order(-1), order(1)] : [order(1), order(-1)];
}

/** log.2024-03-05_10-00-00.gz -> 2024 3 5 10 0 0 */
function numbersOf(name: string): number[] {
  const bare = name.replace(/\.(gz|zst|xz|bz2|zip)$/i, "");
  return Array.from(bare.matchAll(/\d{1,15}/g), (match) => Number(match[0]));
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? -1) - (b[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

function fitsTimes(files: readonly Timed[]): boolean {
  let first = Number.NEGATIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { firstS, lastS } of files) {
    if (firstS === null || lastS === null) continue;
    if (firstS < first - SLACK_S || lastS < last - SLACK_S) return false;
    first = Math.max(first, firstS);
    last = Math.max(last, lastS);
  }
  return true;
}
