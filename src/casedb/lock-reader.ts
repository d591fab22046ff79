import type Database from "better-sqlite3";
import type { LockCommand, LockUse } from "../contracts/lock-facts.js";
import { COMMAND_FLAG } from "../contracts/record-batch.js";
import type { ColumnStore } from "./column-store.js";
import { type CommandColumns, NO_SECOND } from "./command-columns.js";
import { startMs } from "./command-facts.js";
import { ContendedRows } from "./contended-rows.js";
import { LockUses } from "./lock-uses.js";

/** The youngest commands that never completed; old logs can hold very many. */
const MOST_OPEN = 20_000;
/** How far a capture and the log may be apart: clocks differ, and listing locks takes seconds on a stuck host. */
const SKEW_MS = 15_000;
/** Commands read with one statement. */
const CHUNK = 1000;

const COLUMNS = `id, source_id, line_no, byte_offset, end_source_id, end_line_no, end_byte_offset, flags, pid, start_s,
  end_s, compute_s, compute_ms, lapse_ms, track_lapse_ms, lock_attempts, user, workspace, app, ip, cmd, args`;

/** Who waited for and held what, for the lock graph. */
export class LockReader {
  private readonly rows: Database.Statement;
  private readonly contended: ContendedRows;
  private readonly lockUses: LockUses;

  constructor(
    db: Database.Database,
    private readonly columns: ColumnStore,
  ) {
    this.rows = db.prepare(`SELECT ${COLUMNS} FROM command WHERE id IN (SELECT value FROM json_each(?))`).raw();
    this.contended = new ContendedRows(db);
    this.lockUses = new LockUses(db);
  }

  /**
   * Also commands that never completed; pointless in a log that has no completions. `captured`: pids that lock captures
   * show, and when: a command that was open then is known by name, however short its locks.
   */
  commands(serverId: number, minMs: number, captured: ReadonlyMap<number, readonly (number | null)[]>): LockCommand[] {
    const columns = this.columns.of(serverId);
    const open = columns.hasCompletions() ? this.open(columns) : [];
    const seen = capturedRows(columns, captured);
    const chosen = new Set([...this.contended.of(columns, minMs, seen), ...open, ...seen]);
    const { startS, lineNo } = columns;
    const rows = Uint32Array.from(chosen).sort(
      (a, b) => (startS[a] ?? 0) - (startS[b] ?? 0) || (lineNo[a] ?? 0) - (lineNo[b] ?? 0) || a - b,
    );
    return this.read(columns.idsOf([...rows]));
  }

  /** Those that held something for at least `minMs`, longest first. */
  holders(serverId: number, minMs: number): LockCommand[] {
    const columns = this.columns.of(serverId);
    return this.read(columns.idsOf(this.contended.holders(columns, minMs)));
  }

  uses(commandId: number): LockUse[] {
    return this.lockUses.of([commandId]).get(commandId) ?? [];
  }

  private open(columns: CommandColumns): number[] {
    const { startS, lineNo } = columns;
    const open = columns.select((row) => columns.isOpen(row));
    if (open.length <= MOST_OPEN) return open;
    const youngest = (a: number, b: number) =>
      (startS[b] ?? 0) - (startS[a] ?? 0) || (lineNo[b] ?? 0) - (lineNo[a] ?? 0) || b - a;
    return open.sort(youngest).slice(0, MOST_OPEN);
  }

  private read(ids: readonly number[]): LockCommand[] {
    const shared = new Map<string, string>();
    const found: LockCommand[] = [];
    for (let from = 0; from < ids.length; from += CHUNK) {
      const chunk = ids.slice(from, from + CHUNK);
      const rows = new Map((this.rows.all(JSON.stringify(chunk)) as Stored[]).map((row) => [row[0], row]));
      const uses = this.lockUses.of(chunk);
      for (const id of chunk) {
        const row = rows.get(id);
        if (row !== undefined) found.push(toCommand(row, uses.get(id) ?? [], shared));
      }
    }
    return found;
  }
}

function capturedRows(columns: CommandColumns, pids: ReadonlyMap<number, readonly (number | null)[]>): number[] {
  if (pids.size === 0) return [];
  const { pid, startS, endS } = columns;
  return columns.select((row) => {
    const moments = pids.get(pid[row] ?? -1);
    if (moments === undefined) return false;
    const from = startS[row] === NO_SECOND ? Number.NEGATIVE_INFINITY : (startS[row] ?? 0) * 1000 - SKEW_MS;
    const to = endS[row] === NO_SECOND ? Number.POSITIVE_INFINITY : (endS[row] ?? 0) * 1000 + SKEW_MS;
    return moments.some((at) => at === null || (at >= from && at <= to));
  });
}

/** In the order of COLUMNS. */
type Stored = readonly [
  id: number,
  sourceId: number,
  lineNo: number | null,
  byteOffset: number | null,
  endSourceId: number | null,
  endLineNo: number | null,
  endByteOffset: number | null,
  flags: number,
  pid: number | null,
  startS: number | null,
  endS: number | null,
  computeS: number | null,
  computeMs: number | null,
  lapseMs: number | null,
  trackLapseMs: number | null,
  lockAttempts: number | null,
  user: string | null,
  workspace: string | null,
  app: string | null,
  ip: string | null,
  cmd: string | null,
  args: string | null,
];

/** `shared`: texts that many commands have in common are kept once. */
function toCommand(row: Stored, uses: readonly LockUse[], shared: Map<string, string>): LockCommand {
  const [id, sourceId, lineNo, byteOffset, endSourceId, endLineNo, endByteOffset, flags, pid, startS, endS, ...more] =
    row;
  const [computeS, computeMs, lapseMs, trackLapseMs, lockAttempts, user, workspace, app, ip, cmd, args] = more;
  const text = (own: string | null) => {
    const known = shared.get(own ?? "");
    if (known === undefined) shared.set(own ?? "", own ?? "");
    return known ?? own ?? "";
  };
  return {
    commandId: id,
    pid: pid ?? 0,
    cmd: text(cmd),
    args: args ?? "",
    user: text(user),
    workspace: text(workspace),
    app: text(app),
    ip: text(ip),
    startMs: Math.floor(startMs({ start_s: startS, end_s: endS, lapse_ms: lapseMs }) / 1000) * 1000,
    endMs: endS === null ? null : endS * 1000,
    lapseMs: lapseMs ?? trackLapseMs,
    computeMs,
    computeAtMs: computeS === null ? null : computeS * 1000,
    lockAttempts,
    hasTrack: (flags & COMMAND_FLAG.hasTrack) !== 0,
    uses,
    ref: { sourceId, lineNo: lineNo ?? 0, byteOffset: byteOffset ?? 0 },
    endRef:
      endLineNo === null
        ? null
        : { sourceId: endSourceId ?? sourceId, lineNo: endLineNo, byteOffset: endByteOffset ?? 0 },
  };
}
