import type Database from "better-sqlite3";

/** Trigger runs of at least `minMs` by id. One text a column: a row each costs several times as much. */
export function triggerLapses(db: Database.Database, minMs: number): { ids: number[]; lapsesMs: number[] } {
  const [ids, lapses] = db
    .prepare("SELECT json_group_array(id), json_group_array(lapse_ms) FROM trigger_use WHERE lapse_ms >= ?")
    .raw()
    .get(minMs) as [string, string];
  return { ids: JSON.parse(ids), lapsesMs: JSON.parse(lapses) };
}
