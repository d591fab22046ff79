import { type CommandColumns, NO_SECOND } from "./command-columns.js";

interface Point {
  readonly atMs: number;
  readonly running: number;
}

/** Seconds counted in an array; of a longer stretch only those in which something changed are kept. */
const MOST_SECONDS = 5_000_000;

/**
 * How many commands were open at the end of each second of [fromMs, toMs] (local ms), one point a change, the first at
 * `fromMs`. A command that began and ended in the same second is not open at its end.
 */
export function runningCurve(columns: CommandColumns, fromMs: number, toMs: number): Point[] {
  const fromS = Math.floor(fromMs / 1000);
  const toS = Math.floor(toMs / 1000);
  const changes = toS - fromS <= MOST_SECONDS ? new DenseChanges(fromS, toS) : new SparseChanges(fromS);
  const { startS, endS, count } = columns;
  for (let row = 0; row < count; row++) {
    const start = startS[row] ?? 0;
    const end = endS[row] ?? 0;
    if (start === NO_SECOND || start > toS || end === start || !columns.isCounted(row)) continue;
    if (end !== NO_SECOND && end < fromS) continue;
    changes.add(Math.max(start, fromS), 1);
    if (end !== NO_SECOND && end <= toS) changes.add(end, -1);
  }
  const result: Point[] = [];
  let running = 0;
  changes.each((second, by) => {
    running += by;
    if (by !== 0 || result.length === 0) result.push({ atMs: second * 1000, running });
  });
  return result;
}

interface Changes {
  add(second: number, by: number): void;
  /** In order of time, the first second at least. */
  each(visit: (second: number, by: number) => void): void;
}

class DenseChanges implements Changes {
  private readonly by: Int32Array;

  constructor(
    private readonly fromS: number,
    toS: number,
  ) {
    this.by = new Int32Array(Math.max(1, toS - fromS + 1));
  }

  add(second: number, by: number): void {
    this.by[second - this.fromS] = (this.by[second - this.fromS] ?? 0) + by;
  }

  each(visit: (second: number, by: number) => void): void {
    this.by.forEach((by, index) => {
      if (by !== 0 || index === 0) visit(this.fromS + index, by);
    });
  }
}

class SparseChanges implements Changes {
  private readonly by: Map<number, number>;

  constructor(fromS: number) {
    this.by = new Map([[fromS, 0]]);
  }

  add(second: number, by: number): void {
    this.by.set(second, (this.by.get(second) ?? 0) + by);
  }

  each(visit: (second: number, by: number) => void): void {
    for (const [second, by] of [...this.by].sort((a, b) => a[0] - b[0])) visit(second, by);
  }
}
