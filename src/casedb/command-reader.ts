import type Database from "better-sqlite3";
import type { CommandFact, CommandFigure, TableRowsFact, TriggerFact } from "../contracts/case-reader.js";
import { COMMAND_FLAG } from "../contracts/record-batch.js";
import type { ColumnStore } from "./column-store.js";
import { type CommandColumns, NO_SECOND } from "./command-columns.js";
import { CommandFacts, type Row } from "./command-facts.js";
import { largest } from "./command-order.js";
import { CHILD_IDS } from "./record-writer.js";
import type { ServerScope } from "./server-scope.js";

const FIGURES = {
  paused: "pausedMs",
  compute: "computeMs",
  cpu: "cpuMs",
  peer: "peerMs",
  memory: "memoryMb",
} as const satisfies Readonly<Record<CommandFigure, keyof CommandColumns>>;

/** Commands of a user that a call of another server may be. */
const MOST_STARTED = 200;

/** Commands as analysis sees them: chosen among the columns, told in full only where they were chosen. */
export class CommandReader {
  private readonly facts: CommandFacts;
  private readonly triggerRows: Database.Statement;
  private readonly tableRowRows: Database.Statement;
  private readonly ofUser: Database.Statement;

  constructor(
    db: Database.Database,
    scope: ServerScope,
    private readonly columns: ColumnStore,
  ) {
    this.facts = new CommandFacts(db, scope);
    this.triggerRows = db.prepare("SELECT * FROM trigger_use WHERE id BETWEEN ? AND ? ORDER BY lapse_ms DESC, id");
    this.tableRowRows = db.prepare(
      `SELECT lock_object.name AS name, coalesce(scan_rows, 0) AS scanned, rows_line_no, source_id,
         coalesce(put_rows, 0) + coalesce(del_rows, 0) AS written
       FROM table_use JOIN lock_object ON lock_object.id = lock_object_id
       WHERE table_use.id BETWEEN ? AND ? AND rows_line_no IS NOT NULL
       ORDER BY max(scanned, written) DESC, table_use.id`,
    );
    this.ofUser = db
      .prepare("SELECT id FROM command WHERE id IN (SELECT value FROM json_each(?)) AND user = ?")
      .pluck();
  }

  one(commandId: number): CommandFact | null {
    return this.facts.of([commandId])[0] ?? null;
  }

  triggers(commandId: number): TriggerFact[] {
    const low = commandId * CHILD_IDS;
    return (this.triggerRows.all(low, low + CHILD_IDS - 1) as Row[]).map((row) => ({
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
    return (this.tableRowRows.all(low, low + CHILD_IDS - 1) as Row[]).map((row) => ({
      table: row.name as string,
      scanRows: row.scanned as number,
      writtenRows: row.written as number,
      ref: this.facts.keptLine(row.source_id as number, row.rows_line_no as number),
    }));
  }

  slow(serverId: number, minLapseMs: number, limit: number): CommandFact[] {
    const columns = this.columns.of(serverId);
    const { longestMs, flags } = columns;
    const rows = columns.select(
      (row) => (longestMs[row] ?? 0) >= minLapseMs && ((flags[row] ?? 0) & COMMAND_FLAG.noCompletionKind) === 0,
    );
    return this.tell(columns, largest(columns, rows, longestMs, limit));
  }

  /** Nothing for a log without any completion: there "not completed" says nothing. */
  open(serverId: number): CommandFact[] {
    const columns = this.columns.of(serverId);
    if (!columns.hasCompletions()) return [];
    const rows: number[] = [];
    for (const row of this.columns.byStart(serverId)) if (columns.isOpen(row)) rows.push(row);
    return this.tell(columns, rows);
  }

  during(serverId: number, fromMs: number, toMs: number, limit: number): CommandFact[] {
    const columns = this.columns.of(serverId);
    const { startS, endS } = columns;
    const fromS = Math.floor(fromMs / 1000);
    const toS = Math.floor(toMs / 1000);
    const rows: number[] = [];
    for (const row of this.columns.byStart(serverId)) {
      if (rows.length >= limit || (startS[row] ?? 0) > toS) break;
      if (startS[row] === NO_SECOND) continue;
      if (endS[row] === NO_SECOND || (endS[row] ?? 0) >= fromS) rows.push(row);
    }
    return this.tell(columns, rows);
  }

  named(serverId: number, cmds: readonly string[], limit: number, minLapseMs: number): CommandFact[] {
    const columns = this.columns.of(serverId);
    return this.tell(columns, longestNamed(columns, cmds, limit, minLapseMs));
  }

  /** See CaseReader.commandsLikeLong. */
  likeLong(serverId: number, cmd: string, limit: number, longMs: number): CommandFact[] {
    const columns = this.columns.of(serverId);
    const { kinds, longestMs, startS, endS } = columns;
    const rows = longestNamed(columns, [cmd], limit, 0);
    // Starts and ends are whole seconds, so that a command may seem a second longer than it took.
    const isLong = (row: number) => {
      const lapseMs = longestMs[row] ?? 0;
      const apartMs = ((endS[row] ?? 0) - (startS[row] ?? 0)) * 1000;
      return lapseMs === 0 || endS[row] === NO_SECOND || Math.max(lapseMs, apartMs) + 1000 >= longMs;
    };
    const wanted = new Set(rows.filter(isLong).map((row) => kinds.of[row]));
    return this.tell(
      columns,
      rows.filter((row) => wanted.has(kinds.of[row])),
    );
  }

  /** Commands of a user that started in [fromMs, toMs], longest first, at most 200. */
  startedBy(serverId: number, user: string, fromMs: number, toMs: number): CommandFact[] {
    const columns = this.columns.of(serverId);
    const { startS } = columns;
    const [fromS, toS] = [Math.floor(fromMs / 1000), Math.floor(toMs / 1000)];
    const rows = columns.select(
      (row) => startS[row] !== NO_SECOND && (startS[row] ?? 0) >= fromS && (startS[row] ?? 0) <= toS,
    );
    const ids = new Set(this.ofUser.all(JSON.stringify(columns.idsOf(rows)), user) as number[]);
    const own = rows.filter((row) => ids.has(columns.id[row] ?? 0));
    return this.tell(columns, largest(columns, own, columns.longestMs, MOST_STARTED));
  }

  by(serverId: number, figure: CommandFigure, atLeast: number, limit: number): CommandFact[] {
    const columns = this.columns.of(serverId);
    const values = columns[FIGURES[figure]];
    const rows = columns.select((row) => (values[row] ?? 0) >= atLeast);
    return this.tell(columns, largest(columns, rows, values, limit));
  }

  private tell(columns: CommandColumns, rows: readonly number[]): CommandFact[] {
    return this.facts.of(columns.idsOf(rows));
  }
}

function longestNamed(columns: CommandColumns, cmds: readonly string[], limit: number, minLapseMs: number): number[] {
  const wanted = columns.kinds.cmdNumbers(cmds);
  if (wanted.size === 0) return [];
  const { kinds, longestMs } = columns;
  const rows = columns.select((row) => (longestMs[row] ?? 0) >= minLapseMs && wanted.has(kinds.cmdOf(row)));
  return largest(columns, rows, longestMs, limit);
}
