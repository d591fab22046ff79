import type Database from "better-sqlite3";
import type { RowRemover } from "./row-remover.js";

const EVIDENCE = "ingest-evidence";
const FIRST_SOURCE = "ingest-first-source";

/**
 * Notes which evidence is about to be read. What an interrupted ingest of other evidence left behind is removed: files
 * of two half-read incidents must not be taken for one. Returns how many files went. Call inside a transaction.
 */
export function beginIngest(db: Database.Database, remover: RowRemover, evidence: string): number {
  const meta = new Map(db.prepare("SELECT name, value FROM meta").raw().all() as [string, string][]);
  const interrupted = meta.get(EVIDENCE);
  if (interrupted === evidence) return 0;
  const from = Number(meta.get(FIRST_SOURCE) ?? 0);
  const left = db.prepare("SELECT id FROM source WHERE id >= ?").pluck();
  const ids = interrupted === undefined ? [] : (left.all(from) as number[]);
  for (const id of ids) {
    remover.removeSource(id);
    db.prepare("DELETE FROM source WHERE id = ?").run(id);
  }
  const first = db.prepare("SELECT coalesce(max(id), 0) + 1 FROM source").pluck().get() as number;
  const note = db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)");
  note.run(EVIDENCE, evidence);
  note.run(FIRST_SOURCE, String(first));
  return ids.length;
}

/** All of it was read and joined. */
export function endIngest(db: Database.Database): void {
  db.prepare("DELETE FROM meta WHERE name IN (?, ?)").run(EVIDENCE, FIRST_SOURCE);
}

const INGESTED = "ingested:";

/** Was this very evidence read to its end before? */
export function isIngested(db: Database.Database, evidence: string): boolean {
  return db.prepare("SELECT 1 FROM meta WHERE name = ?").get(INGESTED + evidence) !== undefined;
}

export function noteIngested(db: Database.Database, evidence: string): void {
  db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, '')").run(INGESTED + evidence);
}
