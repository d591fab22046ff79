import type Database from "better-sqlite3";
import type { KnownLog, LogMemory } from "../contracts/ingest-sink.js";

/** What is kept of the logs on disk, to know them again and to go on where they ended. */
export class LogMemories {
  constructor(private readonly db: Database.Database) {}

  /** The newest log from this place. One that another file is a copy of can't change any more: both would have to. */
  known(place: string): KnownLog | null {
    const sql = `SELECT s.id AS sourceId, s.path, s.bytes, s.lines, s.records, s.sha256, m.place, m.version,
        CASE WHEN NOT EXISTS (SELECT 1 FROM source d WHERE d.duplicate_of = s.id) THEN m.state END AS state
      FROM log_memory m JOIN source s ON s.id = m.source_id
      WHERE m.place = ? AND s.state = 'done' AND s.kind = 'p4log' ORDER BY s.id DESC LIMIT 1`;
    return (this.db.prepare(sql).get(place) as KnownLog | undefined) ?? null;
  }

  lastCommandId(sourceId: number): number {
    const sql = "SELECT last_command_id FROM log_memory WHERE source_id = ?";
    return this.db.prepare(sql).pluck().get(sourceId) as number;
  }

  store(sourceId: number, memory: LogMemory | undefined, lastCommandId: number): void {
    this.forget(sourceId);
    if (memory === undefined) return;
    this.db
      .prepare("INSERT INTO log_memory (source_id, place, version, last_command_id, state) VALUES (?, ?, ?, ?, ?)")
      .run(sourceId, memory.place, memory.version, lastCommandId, memory.state && Buffer.from(memory.state));
  }

  forget(sourceId: number): void {
    this.db.prepare("DELETE FROM log_memory WHERE source_id = ?").run(sourceId);
  }
}
