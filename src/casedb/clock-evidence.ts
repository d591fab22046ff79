import type Database from "better-sqlite3";
import { epochToLocalMs } from "../base/time.js";
import type { ClockSkew } from "../contracts/case-reader.js";
import { COMMAND_FLAG } from "../contracts/record-batch.js";
import { IS_COUNTED } from "./command-state.js";
import type { ServerScope } from "./server-scope.js";

type Row = Record<string, number | string | null>;
type Judge = (db: Database.Database, scope: ServerScope, serverId: number) => ClockSkew[];

/** Rows that a judgement needs, and how far they may scatter around their median. */
const LEAST_ROWS = 3;
const SCATTER_MS = 3000;

/** `p4 monitor show`: taken minus elapsed is when the command began, and the log has its start line. */
export const judgeByRows: Judge = (db, scope, serverId) => {
  const rows = db
    .prepare(
      // The time of an idle connection is not that of a command.
      `SELECT m.source_id, m.line_no, m.byte_offset, m.pid, m.cmd, m.elapsed_s, c.taken_s, c.taken_is_utc, c.taken_from
       FROM monitor_row m JOIN capture c ON c.source_id = m.source_id AND c.capture_no = m.capture_no
       WHERE ${scope.in(serverId, "m.source_id")} AND m.elapsed_s IS NOT NULL AND c.taken_s IS NOT NULL
         AND coalesce(m.state, '') <> 'I' ORDER BY m.source_id, m.line_no`,
    )
    .all() as Row[];
  const commands = singleCommands(db, scope, serverId, rows);
  const samples = new Map<number, { values: number[]; first: Row }>();
  for (const row of rows) {
    const command = commands.get(row.pid as number);
    if (command === undefined || (command.cmd !== row.cmd && command.cmd !== `user-${row.cmd}`)) continue;
    const beganMs = localMs(scope, serverId, row.taken_s, row.taken_is_utc) - (row.elapsed_s as number) * 1000;
    const own = samples.get(row.source_id as number) ?? { values: [], first: row };
    own.values.push(beganMs - (command.start_s as number) * 1000);
    samples.set(row.source_id as number, own);
  }
  return [...samples].flatMap(([sourceId, { values, first }]) => {
    values.sort((a, b) => a - b);
    const skewMs = values[Math.floor(values.length / 2)] ?? 0;
    const agreeing = values.filter((value) => Math.abs(value - skewMs) <= SCATTER_MS).length;
    if (agreeing < LEAST_ROWS || agreeing * 2 < values.length) return [];
    const takenFrom = first.taken_from === "mtime" || first.taken_from === "name" ? first.taken_from : "content";
    return [{ sourceId, skewMs, samples: agreeing, by: "monitor-rows" as const, takenFrom, ref: refOf(first) }];
  });
};

/** The answer of a busy server may come late, never early: only this much behind is a clock. */
const LEAST_BEHIND_MS = 30_000;

/** `Server date: 2024/03/05 14:07:36 +0100 CET` in `p4 info`, held against when it was asked. */
export const judgeByServerDate: Judge = (db, scope, serverId) => {
  const rows = db
    .prepare(
      `SELECT f.source_id, f.line_no, f.byte_offset, f.value, c.taken_s, c.taken_is_utc FROM server_fact f
       JOIN capture c ON c.source_id = f.source_id AND c.taken_from = 'content'
       WHERE ${scope.in(serverId, "f.source_id")} AND f.kind = 'p4-info' AND f.name = 'Server date'
       GROUP BY f.source_id ORDER BY f.source_id`,
    )
    .all() as Row[];
  return rows.flatMap((row) => {
    const m = /^(\d{4})\/(\d{2})\/(\d{2}) (\d{2}):(\d{2}):(\d{2})/.exec(String(row.value));
    if (m === null) return [];
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = m.slice(1).map(Number);
    const saidMs = Date.UTC(year, month - 1, day, hour, minute, second);
    const skewMs = localMs(scope, serverId, row.taken_s, row.taken_is_utc) - saidMs;
    const isLate = skewMs < 0 && skewMs > -LEAST_BEHIND_MS;
    const sourceId = row.source_id as number;
    return [
      {
        sourceId,
        skewMs: isLate ? 0 : skewMs,
        samples: 1,
        by: "server-date" as const,
        takenFrom: "content" as const,
        ref: refOf(row),
      },
    ];
  });
};

/** Further apart than this two uses of one pid are likelier than two clocks. */
const MOST_SKEW_MS = 3_600_000;
const LEAST_PROCESSES = 2;
/** A task is called hung after two minutes. */
const HUNG_MS = 120_000;

/**
 * Lines of the system's log by or about a server process: it ran then, so the line falls between the start and the end
 * of its only command. What several such lines allow together is the skew; the least of it is taken.
 */
export const judgeByProcessLines: Judge = (db, scope, serverId) => {
  const lines = db
    .prepare(
      `SELECT source_id, line_no, byte_offset, time_s, time_is_utc, pid, class FROM syslog_line
       WHERE ${scope.in(serverId)} AND pid IS NOT NULL AND time_s IS NOT NULL
         AND (tag LIKE 'p4d%' OR (class IN ('oom', 'hung-task', 'segfault') AND text LIKE '%p4d%'))
       ORDER BY source_id, line_no`,
    )
    .all() as Row[];
  const commands = singleCommands(db, scope, serverId, lines);
  const found = new Map<number, { low: number; high: number; pids: Set<number>; first: Row }>();
  for (const line of lines) {
    const command = commands.get(line.pid as number);
    if (command === undefined) continue;
    const atMs = localMs(scope, serverId, line.time_s, line.time_is_utc);
    const leastMs = (command.start_s as number) * 1000 + (line.class === "hung-task" ? HUNG_MS : 0);
    // Seconds are cut on either side.
    const low = command.end_s === null ? Number.NEGATIVE_INFINITY : atMs - (command.end_s as number) * 1000 - 1000;
    const high = atMs - leastMs + 1000;
    if (low > MOST_SKEW_MS || high < -MOST_SKEW_MS) continue;
    const sourceId = line.source_id as number;
    const own = found.get(sourceId) ?? { low, high, pids: new Set<number>(), first: line };
    own.low = Math.max(own.low, low);
    own.high = Math.min(own.high, high);
    own.pids.add(line.pid as number);
    found.set(sourceId, own);
  }
  return [...found].flatMap(([sourceId, { low, high, pids, first }]) => {
    if (pids.size < LEAST_PROCESSES || low > high) return [];
    const skewMs = low > 0 ? low : Math.min(high, 0);
    return [
      {
        sourceId,
        skewMs,
        samples: pids.size,
        by: "process-lines" as const,
        takenFrom: "content" as const,
        ref: refOf(first),
      },
    ];
  });
};

/** By pid, the command of those that the log saw only once; a pid used twice cannot say which one it was. */
function singleCommands(
  db: Database.Database,
  scope: ServerScope,
  serverId: number,
  rows: readonly Row[],
): Map<number, Row> {
  const pids = [...new Set(rows.map((row) => row.pid as number))];
  if (pids.length === 0) return new Map();
  // One pass over the log: it has no index by pid.
  const sql = `SELECT pid, cmd, start_s, end_s FROM command WHERE pid IN (SELECT value FROM json_each(?))
      AND ${scope.in(serverId)} AND ${IS_COUNTED} AND flags & ${COMMAND_FLAG.hasStart}
    GROUP BY pid HAVING count(*) = 1`;
  return new Map((db.prepare(sql).all(JSON.stringify(pids)) as Row[]).map((row) => [row.pid as number, row]));
}

/** On the file's own clock. */
function localMs(scope: ServerScope, serverId: number, seconds: unknown, isUtc: unknown): number {
  const ms = (seconds as number) * 1000;
  return isUtc === 1 ? epochToLocalMs(ms, scope.zone(serverId)) : ms;
}

function refOf(row: Row) {
  return {
    sourceId: row.source_id as number,
    lineNo: (row.line_no as number | null) ?? 0,
    byteOffset: (row.byte_offset as number | null) ?? 0,
  };
}
