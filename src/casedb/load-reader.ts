import type Database from "better-sqlite3";
import type { LoadBucket, QuietStretch, ServerWindow } from "../contracts/case-reader.js";
import type { EvidenceRef } from "../contracts/lock-facts.js";
import { END_S, IS_COUNTED } from "./command-state.js";
import { CHILD_IDS } from "./record-writer.js";
import type { ServerScope } from "./server-scope.js";

/** More buckets than this tell nobody anything; the bucket is widened. */
const MOST_BUCKETS = 50_000;
/** Sections that waited less are left out of the sums: `table_use_contended` has no index on them. */
const LEAST_WAIT_MS = 100;

interface Sums {
  started: number;
  ended: number;
  lapseMs: number;
  cpuMs: number;
  lockWaitMs: number;
  peerMs: number;
  pausedMs: number;
  triggerMs: number;
  lapses: number[];
  /** First start, and first end, for the bucket's line. */
  began: Place | null;
  over: Place | null;
}

interface Place {
  readonly second: number;
  readonly ref: EvidenceRef;
}

/** The server's day as a whole: how much was done when, and when nothing was. */
export class LoadReader {
  constructor(
    private readonly db: Database.Database,
    private readonly scope: ServerScope,
  ) {}

  buckets(serverId: number, window: ServerWindow, bucketMs: number): LoadBucket[] {
    const firstS = window.firstMs / 1000;
    const spanS = (window.lastMs - window.firstMs) / 1000 + 1;
    const stepS = Math.max(1, Math.round(bucketMs / 1000), Math.ceil(spanS / MOST_BUCKETS));
    const sums = Array.from({ length: Math.ceil(spanS / stepS) }, emptySums);
    const at = (second: number | null) => (second === null ? undefined : sums[Math.floor((second - firstS) / stepS)]);
    this.addCommands(serverId, at);
    this.addWaits(serverId, at);
    const nowhere: EvidenceRef = { sourceId: 0, lineNo: 0, byteOffset: 0 };
    return sums.map(({ lapses, began, over, ...rest }, i) => ({
      atMs: (firstS + i * stepS) * 1000,
      ...rest,
      medianLapseMs: median(lapses),
      ref: (began ?? over)?.ref ?? nowhere,
    }));
  }

  private addCommands(serverId: number, at: (second: number | null) => Sums | undefined): void {
    const rows = this.db
      .prepare(
        `SELECT source_id, line_no, byte_offset, start_s, ${END_S}, longest_ms, cpu_user_ms, cpu_system_ms, rpc_snd_ms, rpc_rcv_ms, paused_ms
         FROM command WHERE ${this.scope.in(serverId)} AND ${IS_COUNTED}`,
      )
      .raw()
      .iterate() as IterableIterator<(number | null)[]>;
    for (const [sourceId, lineNo, byteOffset, start, end, lapse, cpuU, cpuS, snd, rcv, paused] of rows) {
      const first = at(start ?? null);
      const last = at(end ?? null);
      const ref = { sourceId: sourceId ?? 0, lineNo: lineNo ?? 0, byteOffset: byteOffset ?? 0 };
      if (first !== undefined) {
        first.started++;
        first.began = earlier(first.began, { second: start ?? 0, ref });
      }
      if (last === undefined) continue;
      last.ended++;
      last.lapseMs += lapse ?? 0;
      last.lapses.push(lapse ?? 0);
      last.cpuMs += (cpuU ?? 0) + (cpuS ?? 0);
      last.peerMs += (snd ?? 0) + (rcv ?? 0);
      last.pausedMs += paused ?? 0;
      last.over = earlier(last.over, { second: end ?? 0, ref });
    }
  }

  private addWaits(serverId: number, at: (second: number | null) => Sums | undefined): void {
    const waits = `SELECT ${END_S} AS s, sum(max(coalesce(total_read_wait_ms, 0), 0) + max(coalesce(total_write_wait_ms, 0), 0)) AS ms
      FROM table_use t JOIN command c ON c.id = t.id / ${CHILD_IDS}
      WHERE worst_ms >= ${LEAST_WAIT_MS} AND ${this.scope.in(serverId, "c.source_id")} GROUP BY s`;
    for (const [second, ms] of this.pairs(waits)) {
      const bucket = at(second);
      if (bucket !== undefined) bucket.lockWaitMs += ms;
    }
    const triggers = `SELECT ${END_S} AS s, sum(t.lapse_ms) AS ms FROM trigger_use t JOIN command c ON c.id = t.id / ${CHILD_IDS}
      WHERE ${this.scope.in(serverId, "c.source_id")} GROUP BY s`;
    for (const [second, ms] of this.pairs(triggers.replace("end_s", "c.end_s"))) {
      const bucket = at(second);
      if (bucket !== undefined) bucket.triggerMs += ms;
    }
  }

  private pairs(sql: string): [number | null, number][] {
    return this.db.prepare(sql).raw().all() as [number | null, number][];
  }

  /** Seconds without a start, an end, a server event or an error, at least `minMs` long. */
  quiet(serverId: number, minMs: number): QuietStretch[] {
    const files = this.scope.in(serverId);
    const sql = `SELECT s, source_id, line_no, byte_offset, by FROM (
        SELECT start_s AS s, source_id, line_no, byte_offset, 1 AS by FROM command WHERE ${files} AND start_s IS NOT NULL AND ${IS_COUNTED}
        UNION ALL SELECT ${END_S}, coalesce(end_source_id, source_id), coalesce(end_line_no, line_no), coalesce(end_byte_offset, byte_offset), -1
          FROM command WHERE ${files} AND ${IS_COUNTED}
        UNION ALL SELECT time_s, source_id, line_no, byte_offset, 0 FROM server_event WHERE ${files}
        UNION ALL SELECT time_s, source_id, line_no, byte_offset, 0 FROM server_error WHERE ${files})
      WHERE s IS NOT NULL ORDER BY s, by DESC`;
    const found: QuietStretch[] = [];
    let last: { s: number; ref: EvidenceRef } | null = null;
    let running = 0;
    for (const [s, sourceId, lineNo, byteOffset, by] of this.db.prepare(sql).raw().iterate() as IterableIterator<
      [number, number, number | null, number | null, number]
    >) {
      const ref = { sourceId, lineNo: lineNo ?? 0, byteOffset: byteOffset ?? 0 };
      if (last !== null && (s - last.s) * 1000 >= minMs) {
        found.push({ fromMs: last.s * 1000, toMs: s * 1000, before: last.ref, after: ref, running });
      }
      running += by;
      last = { s, ref };
    }
    return found;
  }
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
    began: null,
    over: null,
  };
}

/** Commands are stored as they ended, so the first of a bucket may come late. */
function earlier(known: Place | null, other: Place): Place {
  if (known === null || other.second < known.second) return other;
  return other.second === known.second && other.ref.lineNo < known.ref.lineNo ? other : known;
}

function median(values: number[]): number | null {
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? null;
}
