import type Database from "better-sqlite3";
import type { ServerErrorFact, ServerEventFact, ServerWindow } from "../contracts/case-reader.js";
import type { Capability } from "../contracts/evidence.js";
import type { EvidenceRef } from "../contracts/lock-facts.js";
import { COMMAND_FLAG } from "../contracts/record-batch.js";
import { THREAD_EVENTS } from "./event-kinds.js";
import type { ServerScope } from "./server-scope.js";

type Row = Record<string, number | string | null>;

/** What shows that a log was written with enough detail; each condition is looked up once. */
const SHOWN_BY: readonly (readonly [Capability, string])[] = [
  ["command-start", `command WHERE flags & ${COMMAND_FLAG.hasStart}`],
  ["command-completion", `command WHERE flags & ${COMMAND_FLAG.hasCompletion}`],
  ["compute-phase", "command WHERE compute_ms IS NOT NULL"],
  ["table-track", `command WHERE flags & ${COMMAND_FLAG.hasTrack}`],
  ["rpc-track", "command WHERE rpc_msgs_in IS NOT NULL"],
  ["server-threads", `server_event WHERE kind IN (${THREAD_EVENTS.map((kind) => `'${kind}'`).join(", ")})`],
  // A P4LOG always carries errors, so having none is an answer.
  ["server-errors", "source WHERE kind = 'p4log'"],
  ["server-errors", "server_error WHERE time_s IS NOT NULL"],
  ["syslog", "source WHERE kind = 'syslog'"],
  ["checkpoint-log", "source WHERE kind = 'checkpoint-log'"],
  ["proxy-log", "source WHERE kind = 'proxy-log'"],
  ["broker-log", "source WHERE kind = 'broker-log'"],
];

/** A P4LOG, and of the other logs those whose commands count: an audit.csv of a year does not widen the window. */
const IS_LOG = `kind = 'p4log' OR (kind IN ('structured-log', 'log2sql-db', 'log2sql-json')
  AND EXISTS (SELECT 1 FROM command WHERE command.source_id = source.id))`;

/** The P4LOG as a whole: what it can answer, its span, its server lines. */
export class LogLineReader {
  constructor(
    private readonly db: Database.Database,
    private readonly scope: ServerScope,
  ) {}

  capabilities(serverId: number): Capability[] {
    return SHOWN_BY.filter(([, from]) => {
      const files = this.scope.in(serverId, from.startsWith("source ") ? "id" : "source_id");
      return this.db.prepare(`SELECT 1 FROM ${from} AND ${files} LIMIT 1`).get() !== undefined;
    }).map(([capability]) => capability);
  }

  /** First and last timestamp of the server's logs in local ms. */
  window(serverId: number): ServerWindow | null {
    return this.span(serverId, IS_LOG) ?? this.span(serverId, "kind = 'structured-log'");
  }

  private span(serverId: number, of: string): ServerWindow | null {
    const sql = `SELECT min(first_s) AS first, max(last_s) AS last FROM source WHERE (${of}) AND ${this.scope.in(serverId, "id")}`;
    const { first, last } = this.db.prepare(sql).get() as { first: number | null; last: number | null };
    return first === null || last === null ? null : { firstMs: first * 1000, lastMs: last * 1000 };
  }

  events(serverId: number): ServerEventFact[] {
    return this.rows("server_event", serverId).map((row) => ({
      kind: (row.kind as string | null) ?? "",
      atMs: (row.time_s as number) * 1000 + Math.floor(((row.nanos as number | null) ?? 0) / 1e6),
      pid: row.pid as number | null,
      values: [row.v1, row.v2, row.v3, row.v4] as (number | null)[],
      text: (row.text as string | null) ?? "",
      ref: refOf(row),
    }));
  }

  errors(serverId: number): ServerErrorFact[] {
    return this.rows("server_error", serverId).map((row) => ({
      atMs: row.time_s === null ? null : (row.time_s as number) * 1000,
      pid: row.pid as number | null,
      operation: (row.operation as string | null) ?? "",
      text: (row.text as string | null) ?? "",
      ref: refOf(row),
    }));
  }

  private rows(table: "server_event" | "server_error", serverId: number): Row[] {
    const timed = table === "server_event" ? "AND time_s IS NOT NULL" : "";
    const sql = `SELECT * FROM ${table} WHERE ${this.scope.in(serverId)} ${timed} ORDER BY time_s, source_id, line_no, id`;
    return this.db.prepare(sql).all() as Row[];
  }
}

function refOf(row: Row): EvidenceRef {
  return {
    sourceId: row.source_id as number,
    lineNo: (row.line_no as number | null) ?? 0,
    byteOffset: (row.byte_offset as number | null) ?? 0,
  };
}
