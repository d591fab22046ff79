import type Database from "better-sqlite3";
import type { CommandFact, CommandFigure, TableRowsFact, TriggerFact } from "../contracts/case-reader.js";
import type { EvidenceRef } from "../contracts/lock-facts.js";
import { COMMAND_FLAG } from "../contracts/record-batch.js";
import { END_S, IS_OPEN } from "./command-state.js";
import { CHILD_IDS } from "./record-writer.js";
import type { ServerScope } from "./server-scope.js";

type Row = Record<string, number | string | null>;

interface Sums {
  pages_in: number;
  scan_rows: number;
  put_rows: number;
  wait_ms: number;
  peek_ms: number;
  trigger_ms: number;
}

/** Rows from which on `command_slow` has an index. */
const INDEXED_LAPSE_MS = 1000;

const FIGURES: Readonly<Record<CommandFigure, string>> = {
  paused: "paused_ms",
  compute: "compute_ms",
  cpu: "(coalesce(cpu_user_ms, 0) + coalesce(cpu_system_ms, 0))",
  peer: "(coalesce(rpc_snd_ms, 0) + coalesce(rpc_rcv_ms, 0))",
  memory: "max(coalesce(mem_peak_mb, 0), coalesce(mem_mb, 0), coalesce(max_rss_kb, 0) / 1024)",
};

/** Commands as analysis sees them. */
export class CommandReader {
  private readonly sums: Database.Statement;
  private readonly offset: Database.Statement;

  constructor(
    private readonly db: Database.Database,
    private readonly scope: ServerScope,
  ) {
    this.sums = db.prepare(`
      SELECT coalesce(sum(pages_in), 0) AS pages_in, coalesce(sum(scan_rows), 0) AS scan_rows,
        coalesce(sum(put_rows), 0) AS put_rows, coalesce(sum(total_peek_held_ms), 0) AS peek_ms,
        coalesce(sum(max(coalesce(total_read_wait_ms, 0), 0) + max(coalesce(total_write_wait_ms, 0), 0)), 0) AS wait_ms,
        (SELECT coalesce(sum(lapse_ms), 0) FROM trigger_use WHERE id BETWEEN :low AND :high) AS trigger_ms
      FROM table_use WHERE id BETWEEN :low AND :high`);
    this.offset = db.prepare("SELECT byte_offset FROM evidence_line WHERE source_id = ? AND line_no = ?").pluck();
  }

  one(commandId: number): CommandFact | null {
    return this.facts("WHERE id = ?", commandId)[0] ?? null;
  }

  triggers(commandId: number): TriggerFact[] {
    const low = commandId * CHILD_IDS;
    const sql = "SELECT * FROM trigger_use WHERE id BETWEEN ? AND ? ORDER BY lapse_ms DESC, id";
    return (this.db.prepare(sql).all(low, low + CHILD_IDS - 1) as Row[]).map((row) => ({
      name: (row.name as string | null) ?? "",
      lapseMs: (row.lapse_ms as number | null) ?? 0,
      ref: {
        sourceId: row.source_id as number,
        lineNo: row.line_no as number,
        byteOffset: row.byte_offset as number,
      },
    }));
  }

  tableRows(commandId: number): TableRowsFact[] {
    const low = commandId * CHILD_IDS;
    const sql = `SELECT lock_object.name AS name, coalesce(scan_rows, 0) AS scanned, rows_line_no, source_id,
        coalesce(put_rows, 0) + coalesce(del_rows, 0) AS written
      FROM table_use JOIN lock_object ON lock_object.id = lock_object_id
      WHERE table_use.id BETWEEN ? AND ? AND rows_line_no IS NOT NULL
      ORDER BY max(scanned, written) DESC, table_use.id`;
    return (this.db.prepare(sql).all(low, low + CHILD_IDS - 1) as Row[]).map((row) => ({
      table: row.name as string,
      scanRows: row.scanned as number,
      writtenRows: row.written as number,
      ref: this.keptLine(row.source_id as number, row.rows_line_no as number),
    }));
  }

  slow(serverId: number, minLapseMs: number, limit: number): CommandFact[] {
    const indexed = minLapseMs >= INDEXED_LAPSE_MS ? `longest_ms >= ${INDEXED_LAPSE_MS} AND` : "";
    return this.facts(
      `WHERE ${indexed} longest_ms >= ? AND ${this.scope.in(serverId)} AND flags & ${COMMAND_FLAG.noCompletionKind} = 0
       ORDER BY longest_ms DESC, start_s, pid, line_no LIMIT ?`,
      minLapseMs,
      limit,
    );
  }

  /** Nothing for a log without any completion: there "not completed" says nothing. */
  open(serverId: number): CommandFact[] {
    if (!this.hasCompletions(serverId)) return [];
    return this.facts(`WHERE ${this.scope.in(serverId)} AND ${IS_OPEN} ORDER BY start_s, pid, line_no`);
  }

  during(serverId: number, fromMs: number, toMs: number, limit: number): CommandFact[] {
    return this.facts(
      `WHERE ${this.scope.in(serverId)} AND start_s <= ? AND coalesce(${END_S}, 9e15) >= ?
       ORDER BY start_s, pid, line_no LIMIT ?`,
      Math.floor(toMs / 1000),
      Math.floor(fromMs / 1000),
      limit,
    );
  }

  named(serverId: number, cmds: readonly string[], limit: number): CommandFact[] {
    const places = cmds.map(() => "?").join(", ");
    const sql = `WHERE cmd IN (${places}) AND ${this.scope.in(serverId)} ORDER BY longest_ms DESC, start_s, pid, line_no LIMIT ?`;
    return this.facts(sql, ...cmds, limit);
  }

  /** Commands of a user that started in [fromMs, toMs], longest first, at most 200. */
  startedBy(serverId: number, user: string, fromMs: number, toMs: number): CommandFact[] {
    const sql = `WHERE user = ? AND start_s BETWEEN ? AND ? AND ${this.scope.in(serverId)}
      ORDER BY longest_ms DESC, start_s, pid, line_no LIMIT 200`;
    return this.facts(sql, user, Math.floor(fromMs / 1000), Math.floor(toMs / 1000));
  }

  by(serverId: number, figure: CommandFigure, atLeast: number, limit: number): CommandFact[] {
    const column = FIGURES[figure];
    return this.facts(
      `WHERE ${column} >= ? AND ${this.scope.in(serverId)} ORDER BY ${column} DESC, start_s, pid, line_no LIMIT ?`,
      atLeast,
      limit,
    );
  }

  hasCompletions(serverId: number): boolean {
    const sql = `SELECT 1 FROM command WHERE ${this.scope.in(serverId)} AND flags & ${COMMAND_FLAG.hasCompletion} LIMIT 1`;
    return this.db.prepare(sql).get() !== undefined;
  }

  private facts(tail: string, ...params: (number | string)[]): CommandFact[] {
    return (this.db.prepare(`SELECT * FROM command ${tail}`).all(...params) as Row[]).map((row) => this.toFact(row));
  }

  private toFact(row: Row): CommandFact {
    const low = (row.id as number) * CHILD_IDS;
    const sums = this.sums.get({ low, high: low + CHILD_IDS - 1 }) as Sums;
    const number = (name: string) => row[name] as number | null;
    const text = (name: string) => (row[name] as string | null) ?? "";
    return {
      commandId: row.id as number,
      serverId: this.scope.serverOf(row.source_id as number),
      pid: number("pid") ?? 0,
      user: text("user"),
      workspace: text("workspace"),
      ip: text("ip"),
      app: text("app"),
      cmd: text("cmd"),
      args: text("args"),
      flags: row.flags as number,
      startMs: startMs(row),
      endMs: row.end_s === null ? null : (row.end_s as number) * 1000,
      lapseMs: number("lapse_ms") ?? number("track_lapse_ms"),
      computeMs: number("compute_ms"),
      pausedMs: number("paused_ms"),
      cpuMs: added(number("cpu_user_ms"), number("cpu_system_ms")),
      rpcSndMs: number("rpc_snd_ms"),
      rpcRcvMs: number("rpc_rcv_ms"),
      rpcMb: added(number("rpc_size_in_mb"), number("rpc_size_out_mb")),
      memMb: number("mem_mb"),
      pagesIn: sums.pages_in,
      scanRows: sums.scan_rows,
      putRows: sums.put_rows,
      lockWaitMs: sums.wait_ms,
      peekHeldMs: sums.peek_ms,
      triggerMs: sums.trigger_ms,
      ...commandRefs(row),
      ...this.timeRefs(row),
    };
  }

  private timeRefs(row: Row): Pick<CommandFact, "usageRef" | "pausedRef" | "rpcRef"> {
    const sourceId = (row.track_source_id ?? row.source_id) as number;
    const at = (lineNo: Row[string] | undefined) =>
      typeof lineNo === "number" ? this.keptLine(sourceId, lineNo) : null;
    return { usageRef: at(row.usage_line_no), pausedRef: at(row.paused_line_no), rpcRef: at(row.rpc_line_no) };
  }

  /** A line whose text the parser kept when it noted the number. */
  private keptLine(sourceId: number, lineNo: number): EvidenceRef {
    const byteOffset = (this.offset.get(sourceId, lineNo) as number | null | undefined) ?? 0;
    return { sourceId, lineNo, byteOffset };
  }
}

/** Local ms of the start; a command known from its end only began its lapse earlier. */
export function startMs(row: Row): number {
  if (row.start_s !== null) return (row.start_s as number) * 1000;
  return ((row.end_s as number | null) ?? 0) * 1000 - ((row.lapse_ms as number | null) ?? 0);
}

/** Where the lines of a command stand: in the file it began in, or in the later rotation that finished it. */
export function commandRefs(
  row: Row,
): Record<"ref", EvidenceRef> & Record<"endRef" | "computeRef" | "trackRef", EvidenceRef | null> {
  const sourceId = row.source_id as number;
  const at = (what: "end" | "compute" | "track"): EvidenceRef | null => {
    const lineNo = row[`${what}_line_no`] as number | null;
    if (lineNo === null) return null;
    const byteOffset = (row[`${what}_byte_offset`] as number | null) ?? 0;
    return { sourceId: (row[`${what}_source_id`] as number | null) ?? sourceId, lineNo, byteOffset };
  };
  const byteOffset = (row.byte_offset as number | null) ?? 0;
  return {
    ref: { sourceId, lineNo: (row.line_no as number | null) ?? 0, byteOffset },
    endRef: at("end"),
    computeRef: at("compute"),
    trackRef: at("track"),
  };
}

function added(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}
