import type Database from "better-sqlite3";
import type { LoadBucket, LogLoss, QuietStretch, ServerWindow } from "../contracts/case-reader.js";
import { ARCHIVE_IN_PART } from "../contracts/ingest-sink.js";
import type { ServerScope } from "./server-scope.js";

/** A P4LOG of which this share was not recognised is more than a log with a few odd lines. */
const TORN_SHARE = 0.05;
const TORN_BYTES = 2000;

/** A silence this long is strange where the minutes before it lead to expect this many starts within it. */
export const QUIET_MS = 20_000;
const EXPECTED_STARTS = 20;
const BEFORE_MS = 300_000;
/** Width of the buckets that `silences` wants. */
export const BUCKET_MS = 10_000;

interface LogFile {
  id: number;
  lines: number;
  bytes: number;
  unknown: number;
  firstS: number;
  lastS: number;
  /** Ended before it should, or could not be read to its end. */
  short: number;
}

/** Stretches without any line although the server was busy just before. */
export function silences(quiet: readonly QuietStretch[], load: readonly LoadBucket[]): LogLoss[] {
  return quiet
    .filter(({ fromMs, toMs }) => startRate(load, fromMs) * (toMs - fromMs) >= EXPECTED_STARTS)
    .map(({ fromMs, toMs, before }) => ({ kind: "silent", fromMs, toMs, ref: before }));
}

/** Starts a millisecond in the minutes before an instant. */
function startRate(load: readonly LoadBucket[], atMs: number): number {
  const before = load.filter((bucket) => bucket.atMs >= atMs - BEFORE_MS && bucket.atMs + BUCKET_MS <= atMs);
  return before.reduce((sum, bucket) => sum + bucket.started, 0) / (Math.max(1, before.length) * BUCKET_MS);
}

/** What the files themselves tell of missing lines. */
export function fileLosses(
  db: Database.Database,
  scope: ServerScope,
  serverId: number,
  window: ServerWindow,
): LogLoss[] {
  const files = db
    .prepare(
      `SELECT id, lines, bytes, bytes_unknown AS unknown, first_s AS firstS, last_s AS lastS,
         EXISTS (SELECT 1 FROM warning w WHERE w.source_id = source.id AND (w.code LIKE 'truncated-%' OR w.code LIKE 'damaged-%')) AS short
       FROM source WHERE kind = 'p4log' AND first_s IS NOT NULL AND last_s IS NOT NULL AND ${scope.in(serverId, "id")}
       ORDER BY first_s, last_s`,
    )
    .all() as LogFile[];
  const losses = files.flatMap((file, index) => lossesOf(file, files[index + 1], window));
  const cut = db.prepare("SELECT 1 FROM source WHERE state = 'refused' AND reason LIKE ? || '%'").get(ARCHIVE_IN_PART);
  const last = files.at(-1);
  if (cut !== undefined && last !== undefined) {
    losses.push({ kind: "archive", fromMs: window.lastMs, toMs: window.lastMs, ref: lineOf(last, last.lines) });
  }
  return losses;
}

function lossesOf(file: LogFile, next: LogFile | undefined, window: ServerWindow): LogLoss[] {
  const losses: LogLoss[] = [];
  if (file.unknown >= TORN_BYTES && file.unknown >= file.bytes * TORN_SHARE) {
    losses.push({ kind: "torn", fromMs: file.firstS * 1000, toMs: file.lastS * 1000, ref: lineOf(file, 1) });
  }
  if (file.short === 1) {
    const toMs = next === undefined ? window.lastMs : next.firstS * 1000;
    losses.push({ kind: "cut-short", fromMs: file.lastS * 1000, toMs, ref: lineOf(file, file.lines) });
  }
  return losses;
}

function lineOf(file: LogFile, lineNo: number): LogLoss["ref"] {
  return { sourceId: file.id, lineNo, byteOffset: 0 };
}
