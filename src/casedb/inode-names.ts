import type Database from "better-sqlite3";
import type { ServerScope } from "./server-scope.js";

/**
 * p4d's name of what an inode is, from lslocks, lsof and lists of the server's files. An inode that two of them call
 * differently (two volumes, or a table that was replaced) has no name.
 */
export function objectsByInode(db: Database.Database, scope: ServerScope, serverId: number): Map<number, string> {
  const own = scope.in(serverId);
  const sql = `SELECT inode, min(object) FROM (
      SELECT inode, object FROM os_lock WHERE ${own} AND inode > 0 AND object IS NOT NULL
      UNION SELECT inode, object FROM db_file WHERE ${own} AND inode > 0 AND object IS NOT NULL)
    GROUP BY inode HAVING count(DISTINCT object) = 1`;
  return new Map(db.prepare(sql).raw().all() as [number, string][]);
}
