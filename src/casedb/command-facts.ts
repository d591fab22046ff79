import type Database from "better-sqlite3";
import type { CommandFact } from "../contracts/case-reader.js";
import type { EvidenceRef } from "../contracts/lock-facts.js";
import { CHILD_IDS } from "./record-writer.js";
import type { ServerScope } from "./server-scope.js";

export type Row = Record<string, number | string | null>;

/** Commands looked up with one statement. */
const CHUNK = 5000;

const COLUMNS = `id, source_id, line_no, byte_offset, compute_line_no, compute_byte_offset, end_line_no, end_byte_offset,
  track_line_no, track_byte_offset, end_source_id, compute_source_id, track_source_id, usage_line_no, paused_line_no,
  rpc_line_no, flags, pid, start_s, end_s, compute_ms, lapse_ms, track_lapse_ms, paused_ms, cpu_user_ms, cpu_system_ms,
  mem_mb, rpc_size_in_mb, rpc_size_out_mb, rpc_snd_ms, rpc_rcv_ms, user, workspace, ip, app, cmd, args`;

/** Sums over the sections and triggers of a command, as one text: an object a command would cost more. */
const SUMS = `(SELECT json_array(coalesce(sum(pages_in), 0), coalesce(sum(scan_rows), 0), coalesce(sum(put_rows), 0),
    coalesce(sum(total_peek_held_ms), 0),
    coalesce(sum(max(coalesce(total_read_wait_ms, 0), 0) + max(coalesce(total_write_wait_ms, 0), 0)), 0))
  FROM table_use WHERE table_use.id BETWEEN command.id * ${CHILD_IDS} AND command.id * ${CHILD_IDS} + ${CHILD_IDS - 1})`;
const TRIGGER_MS = `(SELECT coalesce(sum(t.lapse_ms), 0) FROM trigger_use t
  WHERE t.id BETWEEN command.id * ${CHILD_IDS} AND command.id * ${CHILD_IDS} + ${CHILD_IDS - 1})`;

/** Commands by their ids, with all that is told of them. */
export class CommandFacts {
  private readonly rows: Database.Statement;
  private readonly offset: Database.Statement;

  constructor(
    db: Database.Database,
    private readonly scope: ServerScope,
  ) {
    const kept = ["usage", "paused", "rpc"].map((what) => `${keptOffset(`${what}_line_no`)} AS ${what}_byte_offset`);
    this.rows = db.prepare(
      `SELECT ${COLUMNS}, ${kept.join(", ")}, ${SUMS} AS sums, ${TRIGGER_MS} AS trigger_ms FROM command
       WHERE id IN (SELECT value FROM json_each(?))`,
    );
    this.offset = db.prepare("SELECT byte_offset FROM evidence_line WHERE source_id = ? AND line_no = ?").pluck();
  }

  /** In the order of the ids; those that there are none of are left out. */
  of(ids: readonly number[]): CommandFact[] {
    const facts: CommandFact[] = [];
    for (let from = 0; from < ids.length; from += CHUNK) {
      const chunk = ids.slice(from, from + CHUNK);
      const found = new Map((this.rows.all(JSON.stringify(chunk)) as Row[]).map((row) => [row.id as number, row]));
      for (const id of chunk) {
        const row = found.get(id);
        if (row !== undefined) facts.push(this.toFact(row));
      }
    }
    return facts;
  }

  private toFact(row: Row): CommandFact {
    const [pagesIn = 0, scanRows = 0, putRows = 0, peekHeldMs = 0, lockWaitMs = 0] = JSON.parse(
      row.sums as string,
    ) as number[];
    return {
      commandId: row.id as number,
      serverId: this.scope.serverOf(row.source_id as number),
      pid: (row.pid as number | null) ?? 0,
      user: (row.user as string | null) ?? "",
      workspace: (row.workspace as string | null) ?? "",
      ip: (row.ip as string | null) ?? "",
      app: (row.app as string | null) ?? "",
      cmd: (row.cmd as string | null) ?? "",
      args: (row.args as string | null) ?? "",
      flags: row.flags as number,
      startMs: startMs(row),
      endMs: row.end_s === null ? null : (row.end_s as number) * 1000,
      lapseMs: (row.lapse_ms ?? row.track_lapse_ms) as number | null,
      computeMs: row.compute_ms as number | null,
      pausedMs: row.paused_ms as number | null,
      cpuMs: added(row.cpu_user_ms, row.cpu_system_ms),
      rpcSndMs: row.rpc_snd_ms as number | null,
      rpcRcvMs: row.rpc_rcv_ms as number | null,
      rpcMb: added(row.rpc_size_in_mb, row.rpc_size_out_mb),
      memMb: row.mem_mb as number | null,
      pagesIn,
      scanRows,
      putRows,
      lockWaitMs,
      peekHeldMs,
      triggerMs: row.trigger_ms as number,
      ...commandRefs(row),
      ...timeRefs(row),
    };
  }

  /** A line whose text the parser kept when it noted the number. */
  keptLine(sourceId: number, lineNo: number): EvidenceRef {
    const byteOffset = (this.offset.get(sourceId, lineNo) as number | null | undefined) ?? 0;
    return { sourceId, lineNo, byteOffset };
  }
}

/** Where a line of the track block stands that the parser kept. */
function keptOffset(line: string): string {
  return `(SELECT e.byte_offset FROM evidence_line e
    WHERE e.source_id = coalesce(command.track_source_id, command.source_id) AND e.line_no = command.${line})`;
}

function timeRefs(row: Row): Pick<CommandFact, "usageRef" | "pausedRef" | "rpcRef"> {
  const sourceId = (row.track_source_id ?? row.source_id) as number;
  const at = (line: Row[string] | undefined, byteOffset: Row[string] | undefined) => {
    return typeof line === "number" ? { sourceId, lineNo: line, byteOffset: (byteOffset as number | null) ?? 0 } : null;
  };
  return {
    usageRef: at(row.usage_line_no, row.usage_byte_offset),
    pausedRef: at(row.paused_line_no, row.paused_byte_offset),
    rpcRef: at(row.rpc_line_no, row.rpc_byte_offset),
  };
}

/** Local ms of the start; a command known from its end only began its lapse earlier. */
export function startMs(row: Row): number {
  if (row.start_s !== null) return (row.start_s as number) * 1000;
  return ((row.end_s as number | null) ?? 0) * 1000 - ((row.lapse_ms as number | null) ?? 0);
}

/** Where the lines of a command stand: in the file it began in, or in the later rotation that finished it. */
function commandRefs(
  row: Row,
): Record<"ref", EvidenceRef> & Record<"endRef" | "computeRef" | "trackRef", EvidenceRef | null> {
  const sourceId = row.source_id as number;
  const at = (source: Row[string] | undefined, line: Row[string] | undefined, byteOffset: Row[string] | undefined) => {
    if (typeof line !== "number") return null;
    return {
      sourceId: (source as number | null) ?? sourceId,
      lineNo: line,
      byteOffset: (byteOffset as number | null) ?? 0,
    };
  };
  return {
    ref: {
      sourceId,
      lineNo: (row.line_no as number | null) ?? 0,
      byteOffset: (row.byte_offset as number | null) ?? 0,
    },
    endRef: at(row.end_source_id, row.end_line_no, row.end_byte_offset),
    computeRef: at(row.compute_source_id, row.compute_line_no, row.compute_byte_offset),
    trackRef: at(row.track_source_id, row.track_line_no, row.track_byte_offset),
  };
}

function added(a: Row[string] | undefined, b: Row[string] | undefined): number | null {
  return a === null && b === null ? null : ((a as number | null) ?? 0) + ((b as number | null) ?? 0);
}
