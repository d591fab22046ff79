import type Database from "better-sqlite3";
import type { LockCommand, LockMode, LockUse } from "../contracts/lock-facts.js";
import { COMMAND_FLAG } from "../contracts/record-batch.js";
import { commandRefs, startMs } from "./command-reader.js";
import { END_S, IS_OPEN } from "./command-state.js";
import { CHILD_IDS } from "./record-writer.js";
import type { ServerScope } from "./server-scope.js";

type Row = Record<string, number | string | null>;

/** Waits and holds from which on `table_use_contended` has an index. */
const INDEXED_MS = 100;
/** The commands with the longest waits or holds; more than this no graph can use. */
const MAX_CONTENDED = 50_000;
/** The youngest commands that never completed; old logs can hold very many. */
const MAX_OPEN = 20_000;
/** How far a capture and the log may be apart: clocks differ, and listing locks takes seconds on a stuck host. */
const SKEW_MS = 15_000;

/** Who waited for and held what, for the lock graph. */
export class LockReader {
  private readonly rows: Database.Statement;

  constructor(
    private readonly db: Database.Database,
    private readonly scope: ServerScope,
  ) {
    this.rows = db.prepare(
      `SELECT table_use.*, lock_object.name, lock_object.mode FROM table_use
       JOIN lock_object ON lock_object.id = lock_object_id WHERE table_use.id BETWEEN ? AND ? ORDER BY table_use.id`,
    );
  }

  /**
   * `withOpen`: also commands that never completed; pointless in a log that has no completions. `captured`: pids that
   * lock captures show, and when: a command that was open then is known by name, however short its locks.
   */
  commands(
    serverId: number,
    minMs: number,
    withOpen: boolean,
    captured: ReadonlyMap<number, readonly (number | null)[]>,
  ): LockCommand[] {
    const ids = new Set([
      ...this.contended(serverId, minMs),
      ...(withOpen ? this.open(serverId) : []),
      ...this.captured(serverId, captured),
    ]);
    const rows = this.db
      .prepare("SELECT * FROM command WHERE id IN (SELECT value FROM json_each(?)) ORDER BY start_s, line_no, id")
      .all(JSON.stringify([...ids])) as Row[];
    return rows.map((row) => this.toCommand(row));
  }

  private contended(serverId: number, minMs: number): number[] {
    const indexed = minMs >= INDEXED_MS ? `worst_ms >= ${INDEXED_MS} AND` : "";
    return this.db
      .prepare(
        `SELECT table_use.id / ${CHILD_IDS} AS command_id FROM table_use JOIN command ON command.id = table_use.id / ${CHILD_IDS}
         WHERE ${indexed} worst_ms >= ? AND ${this.scope.in(serverId, "command.source_id")}
         GROUP BY command_id ORDER BY max(worst_ms) DESC, command_id LIMIT ${MAX_CONTENDED}`,
      )
      .pluck()
      .all(minMs) as number[];
  }

  private open(serverId: number): number[] {
    const sql = `SELECT id FROM command WHERE ${this.scope.in(serverId)} AND ${IS_OPEN}
                 ORDER BY start_s DESC, line_no DESC LIMIT ${MAX_OPEN}`;
    return this.db.prepare(sql).pluck().all() as number[];
  }

  private captured(serverId: number, pids: ReadonlyMap<number, readonly (number | null)[]>): number[] {
    if (pids.size === 0) return [];
    const sql = `SELECT id, pid, start_s, ${END_S} FROM command
                 WHERE ${this.scope.in(serverId)} AND pid IN (SELECT value FROM json_each(?))`;
    const rows = this.db
      .prepare(sql)
      .raw()
      .all(JSON.stringify([...pids.keys()])) as (number | null)[][];
    return rows.flatMap(([id, pid, startS, endS]) => {
      const from = (startS ?? Number.NEGATIVE_INFINITY) * 1000 - SKEW_MS;
      const to = (endS ?? Number.POSITIVE_INFINITY) * 1000 + SKEW_MS;
      const moments = pids.get(pid ?? -1) ?? [];
      return moments.some((at) => at === null || (at >= from && at <= to)) ? [id as number] : [];
    });
  }

  uses(commandId: number): LockUse[] {
    const low = commandId * CHILD_IDS;
    return (this.rows.all(low, low + CHILD_IDS - 1) as Row[]).flatMap(toUses);
  }

  private toCommand(row: Row): LockCommand {
    const id = row.id as number;
    const { ref, endRef } = commandRefs(row);
    return {
      commandId: id,
      pid: (row.pid as number | null) ?? 0,
      cmd: (row.cmd as string | null) ?? "",
      args: (row.args as string | null) ?? "",
      user: (row.user as string | null) ?? "",
      workspace: (row.workspace as string | null) ?? "",
      startMs: Math.floor(startMs(row) / 1000) * 1000,
      endMs: row.end_s === null ? null : (row.end_s as number) * 1000,
      lapseMs: (row.lapse_ms ?? row.track_lapse_ms) as number | null,
      computeMs: row.compute_ms as number | null,
      computeAtMs: row.compute_s === null ? null : (row.compute_s as number) * 1000,
      lockAttempts: row.lock_attempts as number | null,
      hasTrack: ((row.flags as number) & COMMAND_FLAG.hasTrack) !== 0,
      uses: this.uses(id),
      ref,
      endRef,
    };
  }
}

/** One entry a mode that was really locked: a section of peeks only locked nothing. */
function toUses(row: Row): LockUse[] {
  return [...oneMode(row, "R", "read"), ...oneMode(row, "W", "write")];
}

function oneMode(row: Row, mode: LockMode, word: "read" | "write"): LockUse[] {
  const count = row[`${word}_locks`] as number | null;
  const waitMs = notNegative(row[`total_${word}_wait_ms`]);
  const heldMs = notNegative(row[`total_${word}_held_ms`]);
  // A server lock names its mode; `total lock` fills only the columns of it.
  if ((count ?? 0) === 0 && waitMs === 0 && heldMs === 0 && row.mode !== mode) return [];
  const hasMax = row[`max_${word}_wait_ms`] !== null || row[`max_${word}_held_ms`] !== null;
  return [
    {
      object: row.name as string,
      mode,
      count,
      waitMs,
      heldMs,
      maxWaitMs: hasMax ? notNegative(row[`max_${word}_wait_ms`]) : null,
      maxHeldMs: hasMax ? notNegative(row[`max_${word}_held_ms`]) : null,
      ordinal: (row.id as number) % CHILD_IDS,
      ref: {
        sourceId: row.source_id as number,
        lineNo: (row.lock_line_no ?? row.line_no ?? 0) as number,
        byteOffset: (row.lock_byte_offset ?? row.byte_offset ?? 0) as number,
      },
    },
  ];
}

/** p4d prints small negative times for background pulls; a lock can't be held for less than nothing. */
function notNegative(value: number | string | null | undefined): number {
  return Math.max(0, (value as number | null) ?? 0);
}
