import type Database from "better-sqlite3";
import type { CaptureCounts, ServerEntry, StoredFact } from "../contracts/case-store.js";

/** Which servers there are and which file is about which. */
export class ServerStore {
  constructor(private readonly db: Database.Database) {}

  /** Replaces what was known before. */
  replace(servers: readonly ServerEntry[]): void {
    this.db.exec("DELETE FROM server; UPDATE source SET server_id = NULL;");
    const insert = this.db.prepare(
      `INSERT INTO server (label, server_id, instance, role, version, time_zone, time_zone_from)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    const assign = this.db.prepare("UPDATE source SET server_id = ? WHERE id = ?");
    for (const server of servers) {
      const { label, serverId, instance, role, version, timeZone, timeZoneFrom } = server;
      const { lastInsertRowid } = insert.run(label, serverId, instance, role, version, timeZone, timeZoneFrom);
      for (const sourceId of server.sourceIds) assign.run(lastInsertRowid, sourceId);
    }
  }

  all(): ServerEntry[] {
    const rows = this.db.prepare("SELECT * FROM server ORDER BY id").all() as (Record<string, string | null> & {
      id: number;
    })[];
    const files = this.db.prepare("SELECT id FROM source WHERE server_id = ? ORDER BY id").pluck();
    return rows.map((row) => ({
      label: row.label ?? "",
      serverId: row.server_id ?? null,
      instance: row.instance ?? null,
      role: row.role ?? "unknown",
      version: row.version ?? null,
      timeZone: row.time_zone ?? "UTC",
      timeZoneFrom: row.time_zone_from ?? "default",
      sourceIds: files.all(row.id) as number[],
    }));
  }

  /** Over all servers. */
  captureCounts(): CaptureCounts {
    const count = (sql: string, kind: string) => this.db.prepare(sql).pluck().get(kind) as number;
    const captures = (kind: string) => count("SELECT count(*) FROM capture WHERE kind = ?", kind);
    return {
      monitor: captures("monitor"),
      lslocks: captures("lslocks"),
      lsof: captures("lsof"),
      syslog: count("SELECT count(*) FROM source WHERE state = 'done' AND kind = ?", "syslog"),
    };
  }

  /** Ids of the read files of each server, servers in order. */
  sourceIds(): number[][] {
    const rows = this.db
      .prepare("SELECT server_id, id FROM source WHERE server_id IS NOT NULL AND state = 'done' ORDER BY server_id, id")
      .all() as { server_id: number; id: number }[];
    const groups = new Map<number, number[]>();
    for (const { server_id, id } of rows) groups.set(server_id, [...(groups.get(server_id) ?? []), id]);
    return [...groups.values()];
  }

  facts(sourceId: number): StoredFact[] {
    const sql = `SELECT coalesce(kind, '') AS kind, coalesce(name, '') AS name, coalesce(value, '') AS value, origin
                 FROM server_fact WHERE source_id = ? ORDER BY id`;
    return this.db.prepare(sql).all(sourceId) as StoredFact[];
  }

  /** How many different pids of a capture are commands of these logs. */
  pidMatches(captureSourceId: number, logSourceIds: readonly number[]): number {
    const pids = this.db
      .prepare(
        `SELECT pid FROM monitor_row WHERE source_id = :id UNION SELECT pid FROM os_lock WHERE source_id = :id
         UNION SELECT pid FROM open_file WHERE source_id = :id UNION SELECT pid FROM os_process WHERE source_id = :id`,
      )
      .pluck()
      .all({ id: captureSourceId });
    return this.db
      .prepare(
        `SELECT count(DISTINCT pid) FROM command WHERE source_id IN (SELECT value FROM json_each(?))
         AND pid IN (SELECT value FROM json_each(?))`,
      )
      .pluck()
      .get(JSON.stringify(logSourceIds), JSON.stringify(pids)) as number;
  }
}
