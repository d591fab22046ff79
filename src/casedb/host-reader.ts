import type Database from "better-sqlite3";
import type { MeasurementFact, OsProcess } from "../contracts/case-reader.js";
import type { EvidenceKind } from "../contracts/evidence.js";
import type { ServerScope } from "./server-scope.js";
import type { SourceClocks } from "./source-clocks.js";

type Row = Record<string, number | string | null>;

/** What the machine under the server was doing, on the server's own clock. */
export class HostReader {
  constructor(
    private readonly db: Database.Database,
    private readonly scope: ServerScope,
    private readonly clocks: SourceClocks,
  ) {}

  measurements(serverId: number, kind: EvidenceKind | null): MeasurementFact[] {
    const only = kind === null ? "" : "AND r.kind = ?";
    return this.rows("measurement", serverId, only, kind === null ? [] : [kind])
      .map((row) => ({
        kind: text(row.kind) as EvidenceKind,
        subject: text(row.subject),
        name: text(row.name),
        value: (row.value as number | null) ?? 0,
        unit: row.unit as string | null,
        atMs: this.atMs(row, serverId),
        text: text(row.text),
        ref: refOf(row),
      }))
      .sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
  }

  processes(serverId: number): OsProcess[] {
    return this.rows("os_process", serverId, "", []).map((row) => ({
      captureId: row.capture_id as number,
      atMs: this.atMs(row, serverId),
      pid: (row.pid as number | null) ?? 0,
      parentPid: row.parent_pid as number | null,
      state: text(row.state),
      cpuPercent: row.cpu_percent as number | null,
      memoryPercent: row.memory_percent as number | null,
      rssKb: row.rss_kb as number | null,
      elapsedS: row.elapsed_s as number | null,
      cpuS: row.cpu_s as number | null,
      user: text(row.user),
      command: text(row.command),
      waitChannel: text(row.wait_channel),
      text: text(row.text),
      ref: refOf(row),
    }));
  }

  private rows(table: string, serverId: number, and: string, params: readonly string[]): Row[] {
    const sql = `SELECT r.*, c.id AS capture_id, c.taken_s, c.taken_is_utc FROM ${table} r
      LEFT JOIN capture c ON c.source_id = r.source_id AND c.capture_no = r.capture_no
      WHERE ${this.scope.in(serverId, "r.source_id")} ${and} ORDER BY r.source_id, r.line_no, r.id`;
    return this.db.prepare(sql).all(...params) as Row[];
  }

  /** The line's own time, else that of its capture. */
  private atMs(row: Row, serverId: number): number | null {
    const own = typeof row.time_s === "number";
    const [seconds, isUtc] = own ? [row.time_s, row.time_is_utc] : [row.taken_s, row.taken_is_utc];
    return this.clocks.localMs(serverId, row.source_id as number, seconds, isUtc);
  }
}

function refOf(row: Row) {
  return {
    sourceId: row.source_id as number,
    lineNo: (row.line_no as number | null) ?? 0,
    byteOffset: (row.byte_offset as number | null) ?? 0,
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
