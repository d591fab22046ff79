import type Database from "better-sqlite3";
import type { LoadBucket, ServerWindow } from "../contracts/case-reader.js";
import type { EvidenceRef } from "../contracts/lock-facts.js";
import type { ColumnStore } from "./column-store.js";
import { type CommandColumns, NO_SECOND } from "./command-columns.js";
import { CHILD_IDS } from "./record-writer.js";

/** More buckets than this tell nobody anything; the bucket is widened. */
const MOST_BUCKETS = 50_000;
/** Sections that waited less are left out of the sums: `table_use_contended` has no index on them. */
const LEAST_WAIT_MS = 100;
const NOWHERE: EvidenceRef = { sourceId: 0, lineNo: 0, byteOffset: 0 };

interface Sums {
  started: number;
  ended: number;
  lapseMs: number;
  cpuMs: number;
  lockWaitMs: number;
  peerMs: number;
  pausedMs: number;
  triggerMs: number;
  readonly lapses: number[];
  /** Rows of the first start, and of the first end, for the bucket's line. */
  began: number;
  over: number;
}

/** The server's day as a whole: how much was done when. */
export class LoadReader {
  private readonly known = new Map<string, LoadBucket[]>();
  private readonly places: Database.Statement;

  constructor(
    private readonly db: Database.Database,
    private readonly columns: ColumnStore,
  ) {
    this.places = db.prepare(
      "SELECT id, source_id, line_no, byte_offset FROM command WHERE id IN (SELECT value FROM json_each(?))",
    );
  }

  buckets(serverId: number, window: ServerWindow, bucketMs: number): LoadBucket[] {
    const key = `${serverId} ${bucketMs}`;
    const known = this.known.get(key) ?? this.read(serverId, window, bucketMs);
    this.known.set(key, known);
    return known;
  }

  private read(serverId: number, window: ServerWindow, bucketMs: number): LoadBucket[] {
    const columns = this.columns.of(serverId);
    const firstS = window.firstMs / 1000;
    const spanS = (window.lastMs - window.firstMs) / 1000 + 1;
    const stepS = Math.max(1, Math.round(bucketMs / 1000), Math.ceil(spanS / MOST_BUCKETS));
    const sums = Array.from({ length: Math.ceil(spanS / stepS) }, emptySums);
    const at = (second: number) => (second === NO_SECOND ? undefined : sums[Math.floor((second - firstS) / stepS)]);
    addCommands(columns, at);
    this.addWaits(columns, at);
    const refs = this.refsOf(columns, sums.map(firstRow));
    return sums.map(({ lapses, began: _, over: __, ...rest }, i) => ({
      atMs: (firstS + i * stepS) * 1000,
      ...rest,
      medianLapseMs: median(lapses),
      ref: refs[i] ?? NOWHERE,
    }));
  }

  private addWaits(columns: CommandColumns, at: (second: number) => Sums | undefined): void {
    const bucketOf = (childId: number) => {
      const row = columns.rowOf(Math.floor(childId / CHILD_IDS));
      return row < 0 ? undefined : at(columns.endS[row] ?? NO_SECOND);
    };
    const waits = `SELECT id, max(coalesce(total_read_wait_ms, 0), 0) + max(coalesce(total_write_wait_ms, 0), 0) AS ms
      FROM table_use WHERE worst_ms >= ${LEAST_WAIT_MS} AND (total_read_wait_ms > 0 OR total_write_wait_ms > 0)`;
    for (const [id, ms] of this.pairs(waits)) {
      const bucket = bucketOf(id);
      if (bucket !== undefined) bucket.lockWaitMs += ms;
    }
    for (const [id, ms] of this.pairs("SELECT id, lapse_ms FROM trigger_use WHERE lapse_ms <> 0")) {
      const bucket = bucketOf(id);
      if (bucket !== undefined) bucket.triggerMs += ms;
    }
  }

  private pairs(sql: string): IterableIterator<[number, number]> {
    return this.db.prepare(sql).raw().iterate() as IterableIterator<[number, number]>;
  }

  private refsOf(columns: CommandColumns, rows: readonly number[]): EvidenceRef[] {
    const ids = JSON.stringify(rows.flatMap((row) => (row < 0 ? [] : [columns.id[row]])));
    const found = this.places.all(ids) as Record<"id" | "source_id" | "line_no" | "byte_offset", number | null>[];
    const byId = new Map(
      found.map(({ id, source_id, line_no, byte_offset }): [number | null, EvidenceRef] => [
        id,
        { sourceId: source_id ?? 0, lineNo: line_no ?? 0, byteOffset: byte_offset ?? 0 },
      ]),
    );
    return rows.map((row) => byId.get(columns.id[row] ?? -1) ?? NOWHERE);
  }
}

function addCommands(columns: CommandColumns, at: (second: number) => Sums | undefined): void {
  const { startS, endS, longestMs, cpuMs, peerMs, pausedMs, count } = columns;
  for (let row = 0; row < count; row++) {
    if (!columns.isCounted(row)) continue;
    const first = at(startS[row] ?? NO_SECOND);
    if (first !== undefined) {
      first.started++;
      first.began = earlier(first.began, row, startS, columns.lineNo);
    }
    const last = at(endS[row] ?? NO_SECOND);
    if (last === undefined) continue;
    last.ended++;
    last.lapseMs += longestMs[row] ?? 0;
    last.lapses.push(longestMs[row] ?? 0);
    last.cpuMs += cpuMs[row] ?? 0;
    last.peerMs += peerMs[row] ?? 0;
    last.pausedMs += pausedMs[row] ?? 0;
    last.over = earlier(last.over, row, endS, columns.lineNo);
  }
}

/** Commands are stored as they ended, so the first of a bucket may come late. */
function earlier(known: number, row: number, second: Int32Array, lineNo: Uint32Array): number {
  if (known < 0) return row;
  const apart = (second[row] ?? 0) - (second[known] ?? 0) || (lineNo[row] ?? 0) - (lineNo[known] ?? 0);
  return apart < 0 ? row : known;
}

function firstRow({ began, over }: Sums): number {
  return began < 0 ? over : began;
}

function emptySums(): Sums {
  return {
    started: 0,
    ended: 0,
    lapseMs: 0,
    cpuMs: 0,
    lockWaitMs: 0,
    peerMs: 0,
    pausedMs: 0,
    triggerMs: 0,
    lapses: [],
    began: -1,
    over: -1,
  };
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
