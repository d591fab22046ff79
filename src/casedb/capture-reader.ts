import type Database from "better-sqlite3";
import type { SyslogFact } from "../contracts/case-reader.js";
import type { CapturedLock, CapturedProcess, EvidenceRef, LockMode } from "../contracts/lock-facts.js";
import { objectsByInode } from "./inode-names.js";
import type { ServerScope } from "./server-scope.js";
import type { SourceClocks } from "./source-clocks.js";

type Row = Record<string, number | string | null>;

const WITH_CAPTURE = `SELECT r.*, c.id AS capture_id, c.kind AS capture_kind, c.taken_s, c.taken_is_utc, s.path AS in_path FROM`;
const ON_CAPTURE =
  "r JOIN capture c ON c.source_id = r.source_id AND c.capture_no = r.capture_no JOIN source s ON s.id = r.source_id";

/** What other tools saw while it happened, on the server's own clock. */
export class CaptureReader {
  constructor(
    private readonly db: Database.Database,
    private readonly scope: ServerScope,
    private readonly clocks: SourceClocks,
  ) {}

  locks(serverId: number): CapturedLock[] {
    const names = objectsByInode(this.db, this.scope, serverId);
    const named = this.rows("os_lock", serverId)
      // `p4 lockstat` names tables only, nobody who holds them.
      .filter((row) => row.pid !== null)
      .map((row) => ({ ...row, object: row.object ?? names.get(row.inode as number) ?? null }));
    return [
      ...withoutStrangers(named).map((row) => this.toLock(row, serverId, row.waiting === 1)),
      ...this.rows("open_file", serverId)
        .filter((row) => lsofMode(row.lock) !== null)
        .map((row) => this.toLock(row, serverId, false)),
    ];
  }

  /** Pids that a lock capture shows on any lock file, with the moments it does; null: a capture without a time. */
  lockPids(serverId: number): Map<number, (number | null)[]> {
    const seen = new Map<number, (number | null)[]>();
    for (const table of ["os_lock", "open_file"] as const) {
      for (const row of this.rows(table, serverId)) {
        if (typeof row.pid !== "number") continue;
        const takenMs = this.takenMs(row, serverId);
        const moments = seen.get(row.pid);
        if (moments === undefined) seen.set(row.pid, [takenMs]);
        else if (!moments.includes(takenMs)) moments.push(takenMs);
      }
    }
    return seen;
  }

  processes(serverId: number): CapturedProcess[] {
    return this.rows("monitor_row", serverId).map((row) => ({
      captureId: row.capture_id as number,
      takenMs: this.takenMs(row, serverId),
      pid: (row.pid as number | null) ?? 0,
      state: text(row.state),
      user: text(row.user),
      workspace: row.workspace as string | null,
      cmd: text(row.cmd),
      args: text(row.args),
      app: row.app as string | null,
      ip: row.ip as string | null,
      elapsedMs: row.elapsed_s === null ? null : (row.elapsed_s as number) * 1000,
      ref: refOf(row),
    }));
  }

  syslog(serverId: number): SyslogFact[] {
    const sql = `SELECT * FROM syslog_line WHERE ${this.scope.in(serverId)} ORDER BY source_id, line_no, id`;
    return (this.db.prepare(sql).all() as Row[]).map((row) => ({
      atMs: this.clocks.localMs(serverId, row.source_id as number, row.time_s, row.time_is_utc),
      host: text(row.host),
      tag: text(row.tag),
      pid: row.pid as number | null,
      class: text(row.class),
      text: text(row.text),
      ref: refOf(row),
    }));
  }

  /** Kinds of captures there are for a server, with their number. */
  counts(serverId: number): Map<string, number> {
    const sql = `SELECT kind, count(*) FROM capture WHERE ${this.scope.in(serverId)} GROUP BY kind`;
    return new Map(this.db.prepare(sql).raw().all() as [string, number][]);
  }

  /** First and last capture in local ms, null without any that knows its time. */
  window(serverId: number): { firstMs: number; lastMs: number } | null {
    const sql = `SELECT source_id, taken_s, taken_is_utc FROM capture WHERE ${this.scope.in(serverId)} AND taken_s IS NOT NULL`;
    const times = (this.db.prepare(sql).all() as Row[]).map((row) => this.takenMs(row, serverId) as number);
    return times.length === 0 ? null : { firstMs: Math.min(...times), lastMs: Math.max(...times) };
  }

  /** In the order they were taken; by name where nobody knows when. The order in which files were read tells nothing. */
  private rows(table: "os_lock" | "open_file" | "monitor_row", serverId: number): Row[] {
    const where = this.scope.in(serverId, "r.source_id");
    const sql = `${WITH_CAPTURE} ${table} ${ON_CAPTURE} WHERE ${where} ORDER BY s.path, r.capture_no, r.line_no, r.id`;
    const takenMs = (row: Row) => this.takenMs(row, serverId) ?? Number.MAX_SAFE_INTEGER;
    return (this.db.prepare(sql).all() as Row[]).sort((a, b) => takenMs(a) - takenMs(b));
  }

  private toLock(row: Row, serverId: number, waiting: boolean): CapturedLock {
    return {
      captureId: row.capture_id as number,
      origin: originOf(row.capture_kind),
      takenMs: this.takenMs(row, serverId),
      pid: (row.pid as number | null) ?? 0,
      object: row.object as string | null,
      inode: (row.inode as number | null | undefined) ?? null,
      mode: row.mode === undefined ? (lsofMode(row.lock) ?? "R") : lockMode(row.mode),
      waiting,
      blockerPid: (row.blocker_pid as number | null | undefined) ?? null,
      ref: refOf(row),
    };
  }

  private takenMs(row: Row, serverId: number): number | null {
    return this.clocks.localMs(serverId, row.source_id as number, row.taken_s, row.taken_is_utc);
  }
}

/** /proc/locks lists every program of the machine; a lock without a name that nobody waits for tells nothing. */
function withoutStrangers(rows: readonly Row[]): Row[] {
  const place = (row: Row) => `${row.capture_id} ${row.inode}`;
  const awaited = new Set(rows.filter((row) => row.waiting === 1).map(place));
  return rows.filter((row) => row.capture_kind !== "proc-locks" || row.object !== null || awaited.has(place(row)));
}

function originOf(kind: unknown): CapturedLock["origin"] {
  return kind === "lsof" || kind === "monitor" ? kind : "lslocks";
}

/** READ, WRITE, R, W; lslocks marks a waiter's mode with a star. */
function lockMode(mode: unknown): LockMode {
  return String(mode).toUpperCase().startsWith("W") ? "W" : "R";
}

/** lsof's lock letter: r and R read; w, W, u and U write or both; anything else is no lock. */
function lsofMode(lock: unknown): LockMode | null {
  if (lock === "r" || lock === "R") return "R";
  return lock === "w" || lock === "W" || lock === "u" || lock === "U" ? "W" : null;
}

function refOf(row: Row): EvidenceRef {
  return {
    sourceId: row.source_id as number,
    lineNo: (row.line_no as number | null) ?? 0,
    byteOffset: (row.byte_offset as number | null) ?? 0,
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
