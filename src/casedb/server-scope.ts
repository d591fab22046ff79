import type Database from "better-sqlite3";
import type { ServerFact } from "../contracts/case-reader.js";

interface ServerRow {
  id: number;
  label: string;
  server_id: string | null;
  instance: string | null;
  role: ServerFact["role"];
  version: string | null;
  time_zone: string;
}

/** Which server a question is about, and which files answer it. Read once: a reader sees a finished case. */
export class ServerScope {
  readonly servers: readonly ServerFact[];
  private readonly sources = new Map<number, readonly number[]>();

  constructor(private readonly db: Database.Database) {
    const rows = db.prepare("SELECT * FROM server ORDER BY id").all() as ServerRow[];
    const orphans = rows.length === 1 ? " OR server_id IS NULL" : "";
    const files = db.prepare(`SELECT id FROM source WHERE state = 'done' AND (server_id = ?${orphans}) ORDER BY id`);
    for (const { id } of rows) this.sources.set(id, files.pluck().all(id) as number[]);
    this.servers = rows.map((row) => this.toFact(row));
  }

  zone(serverId: number): string {
    return this.servers.find(({ id }) => id === serverId)?.timeZone ?? "UTC";
  }

  filesOf(serverId: number): readonly number[] {
    return this.sources.get(serverId) ?? [];
  }

  /** `source_id IN (1, 2)` over the files of a server; ids are our own numbers. */
  in(serverId: number, column = "source_id"): string {
    return `${column} IN (${this.filesOf(serverId).join(", ")})`;
  }

  serverOf(sourceId: number): number {
    for (const [serverId, ids] of this.sources) if (ids.includes(sourceId)) return serverId;
    return 0;
  }

  private toFact(row: ServerRow): ServerFact {
    return {
      id: row.id,
      label: row.label,
      serverId: row.server_id,
      instance: row.instance,
      role: row.role,
      version: row.version,
      configurables: this.configurables(row.id, row.server_id),
      timeZone: row.time_zone,
    };
  }

  /** `p4 configure show`, `allservers` too: set for this server wins over set, and that over the default. */
  private configurables(serverId: number, ownName: string | null): Record<string, string> {
    const rows = this.db
      .prepare(
        `SELECT name, value FROM server_fact WHERE kind = 'p4-configure' AND name IS NOT NULL AND ${this.in(serverId)}
         ORDER BY name, coalesce(origin, '') <> 'default', origin IS ?, id`,
      )
      .all(ownName) as { name: string; value: string | null }[];
    return Object.fromEntries(rows.map(({ name, value }) => [name, value ?? ""]));
  }
}
