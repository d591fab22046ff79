import type Database from "better-sqlite3";
import { type CommandColumns, NO_SECOND } from "./command-columns.js";
import { CHILD_IDS } from "./record-writer.js";

/** Waits and holds from which on `table_use_contended` has an index. */
const INDEXED_MS = 100;
/** Logged seconds are whole, and an end is logged a little later. */
const APART_S = 2;

export interface ContendedLimits {
  /** The commands with the longest waits, then those with the longest holds; more than this no graph can use. */
  readonly contended: number;
  /** Holders that ran while nobody waited: they show what is normal, which a sample of the longest does as well. */
  readonly unwanted: number;
}

const LIMITS: ContendedLimits = { contended: 50_000, unwanted: 5_000 };

type Found = [id: number, ms: number];

/** Which commands waited long, and which held long while somebody waited, for the lock graph. */
export class ContendedRows {
  constructor(
    private readonly db: Database.Database,
    private readonly limits: ContendedLimits = LIMITS,
  ) {}

  /** Rows of `columns`; `others`: rows of commands that are seen waiting or holding elsewhere. */
  of(columns: CommandColumns, minMs: number, others: readonly number[]): number[] {
    const chosen = new Set<number>();
    for (const row of this.longestFirst(columns, minMs, WAIT_MS)) {
      if (chosen.size >= this.limits.contended) return [...chosen];
      chosen.add(row);
    }
    const contention = new Contention(columns, [...chosen, ...others]);
    let unwanted = 0;
    for (const row of this.longestFirst(columns, minMs, "worst_ms")) {
      if (chosen.size >= this.limits.contended) break;
      if (chosen.has(row) || (!contention.overlaps(row) && unwanted++ >= this.limits.unwanted)) continue;
      chosen.add(row);
    }
    return [...chosen];
  }

  /** Commands that held something for at least `minMs`, longest first. */
  holders(columns: CommandColumns, minMs: number): number[] {
    const rows = new Set<number>();
    for (const row of this.longestFirst(columns, minMs, HELD_MS)) {
      if (rows.size >= this.limits.contended) break;
      rows.add(row);
    }
    return [...rows];
  }

  /** The same row once for each of its sections; equally long ones in the order of their ids. */
  private *longestFirst(columns: CommandColumns, minMs: number, figure: string): Generator<number> {
    const indexed = minMs >= INDEXED_MS ? `worst_ms >= ${INDEXED_MS} AND` : "";
    const found = this.db
      .prepare(
        `SELECT id, ${figure} AS ms FROM table_use WHERE ${indexed} worst_ms >= ? AND ms >= ? ORDER BY ms DESC, id`,
      )
      .raw()
      .iterate(minMs, minMs) as IterableIterator<Found>;
    for (const [id] of found) {
      const row = columns.rowOf(Math.floor(id / CHILD_IDS));
      if (row >= 0) yield row;
    }
  }
}

const WAIT_MS = "max(coalesce(total_read_wait_ms, 0), coalesce(total_write_wait_ms, 0))";
const HELD_MS = "max(coalesce(total_read_held_ms, 0), coalesce(total_write_held_ms, 0))";

/** When any of some commands ran: stretches that neither meet nor overlap, in order of time. */
class Contention {
  private readonly fromS: number[] = [];
  private readonly toS: number[] = [];

  constructor(
    private readonly columns: CommandColumns,
    rows: readonly number[],
  ) {
    const spans = rows.map((row) => this.spanOf(row)).sort((a, b) => a[0] - b[0]);
    for (const [from, to] of spans) {
      const last = this.toS.length - 1;
      if (last >= 0 && from <= (this.toS[last] as number)) this.toS[last] = Math.max(to, this.toS[last] as number);
      else {
        this.fromS.push(from);
        this.toS.push(to);
      }
    }
  }

  overlaps(row: number): boolean {
    const [from, to] = this.spanOf(row);
    let low = 0;
    let high = this.fromS.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.toS[middle] as number) < from) low = middle + 1;
      else high = middle;
    }
    return low < this.fromS.length && (this.fromS[low] as number) <= to;
  }

  private spanOf(row: number): [fromS: number, toS: number] {
    const { startS, endS, longestMs } = this.columns;
    const [start, end] = [startS[row] ?? NO_SECOND, endS[row] ?? NO_SECOND];
    const from = start === NO_SECOND ? end - Math.ceil((longestMs[row] ?? 0) / 1000) : start;
    return [from - APART_S, (end === NO_SECOND ? Number.POSITIVE_INFINITY : end) + APART_S];
  }
}
