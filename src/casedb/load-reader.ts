import type Database from "better-sqlite3";
import type { LoadBucket, ServerWindow } from "../contracts/case-reader.js";
import type { EvidenceRef } from "../contracts/lock-facts.js";
import { BucketSums } from "./bucket-sums.js";
import type { ColumnStore } from "./column-store.js";
import type { CommandColumns } from "./command-columns.js";
import { CHILD_IDS } from "./record-writer.js";
import { triggerLapses } from "./trigger-lapses.js";

/** More buckets than this tell nobody anything; the bucket is widened. */
const MOST_BUCKETS = 50_000;
/** Sections that waited less are left out of the sums: `table_use_contended` has no index on them. */
const LEAST_WAIT_MS = 100;
const NOWHERE: EvidenceRef = { sourceId: 0, lineNo: 0, byteOffset: 0 };

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
    const sums = new BucketSums(columns, firstS, stepS, Math.ceil(spanS / stepS));
    this.addWaits(columns, sums);
    const refs = this.refsOf(columns, sums);
    return Array.from(refs, (ref, i) => ({
      atMs: (firstS + i * stepS) * 1000,
      started: sums.started[i] ?? 0,
      ended: sums.ended[i] ?? 0,
      lapseMs: sums.lapseMs[i] ?? 0,
      medianLapseMs: sums.ended[i] === 0 ? null : (sums.medianLapseMs[i] ?? null),
      cpuMs: sums.cpuMs[i] ?? 0,
      lockWaitMs: sums.lockWaitMs[i] ?? 0,
      peerMs: sums.peerMs[i] ?? 0,
      pausedMs: sums.pausedMs[i] ?? 0,
      triggerMs: sums.triggerMs[i] ?? 0,
      ref,
    }));
  }

  private addWaits(columns: CommandColumns, sums: BucketSums): void {
    const waits = `SELECT id, max(coalesce(total_read_wait_ms, 0), 0) + max(coalesce(total_write_wait_ms, 0), 0) AS ms
      FROM table_use WHERE worst_ms >= ${LEAST_WAIT_MS} AND (total_read_wait_ms > 0 OR total_write_wait_ms > 0)`;
    const add = (id: number, ms: number, figure: Float64Array) => {
      const row = columns.rowOf(Math.floor(id / CHILD_IDS));
      const bucket = row < 0 ? -1 : sums.endOf(row);
      if (bucket >= 0) (figure[bucket] as number) += ms;
    };
    for (const [id, ms] of this.db.prepare(waits).raw().iterate() as IterableIterator<[number, number]>) {
      add(id, ms, sums.lockWaitMs);
    }
    const runs = triggerLapses(this.db, Number.MIN_SAFE_INTEGER);
    for (let i = 0; i < runs.ids.length; i++) add(runs.ids[i] as number, runs.lapsesMs[i] as number, sums.triggerMs);
  }

  private refsOf(columns: CommandColumns, { began, over }: BucketSums): EvidenceRef[] {
    const rows = Array.from(began, (row, bucket) => (row < 0 ? (over[bucket] ?? -1) : row));
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
