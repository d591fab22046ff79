import type Database from "better-sqlite3";
import type { RowRemover } from "./row-remover.js";

const GROWING = "growing";

/** Where the rows end that were in the case before a file was gone on with. */
interface Before {
  readonly sourceId: number;
  /** First line that is read now. */
  readonly lineNo: number;
  readonly commandId: number;
  readonly eventId: number;
  readonly errorId: number;
}

/** Rows that come from now on belong to this file, until `endGrowth`. Call inside a transaction. */
export function beginGrowth(db: Database.Database, sourceId: number, lineNo: number): void {
  const last = (table: string) => db.prepare(`SELECT coalesce(max(id), 0) FROM ${table}`).pluck().get() as number;
  const before: Before = {
    ...{ sourceId, lineNo, commandId: last("command") },
    ...{ eventId: last("server_event"), errorId: last("server_error") },
  };
  db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)").run(GROWING, JSON.stringify(before));
}

/** The file has all its rows and says so: call in the transaction that makes it so. */
export function endGrowth(db: Database.Database): void {
  db.prepare("DELETE FROM meta WHERE name = ?").run(GROWING);
}

/** Did a killed run leave a file of which only a part was added? */
export function isGrowing(db: Database.Database): boolean {
  return db.prepare("SELECT 1 FROM meta WHERE name = ?").get(GROWING) !== undefined;
}

/** Takes back what a killed run added to a file it did not finish. Call inside a transaction. */
export function undoGrowth(db: Database.Database, remover: RowRemover): void {
  const stored = db.prepare("SELECT value FROM meta WHERE name = ?").pluck().get(GROWING) as string | undefined;
  if (stored === undefined) return;
  const { sourceId, lineNo, commandId, eventId, errorId } = JSON.parse(stored) as Before;
  remover.removeCommands(db.prepare("SELECT id FROM command WHERE id > ?").pluck().all(commandId) as number[]);
  db.prepare("DELETE FROM server_event WHERE id > ?").run(eventId);
  db.prepare("DELETE FROM server_error WHERE id > ?").run(errorId);
  db.prepare("DELETE FROM evidence_line WHERE source_id = ? AND line_no >= ?").run(sourceId, lineNo);
  endGrowth(db);
}
