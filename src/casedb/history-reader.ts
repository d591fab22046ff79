import type Database from "better-sqlite3";
import type { CommandSum, LockSum, MetricsHistory, MinuteSum } from "../contracts/metrics-history.js";
import { COMMAND_FLAG } from "../contracts/record-batch.js";
import { END_S, IS_COUNTED } from "./command-state.js";
import { CHILD_IDS } from "./record-writer.js";
import { ServerScope } from "./server-scope.js";

/** Second a command counts in, and what it adds, for each sum. p4d may print a time of 0 as a negative one. */
const COMMAND_SUMS: Readonly<
  Record<CommandSum, { readonly second: string; readonly value: string; readonly of: string }>
> = {
  started: { second: "start_s", value: "count(*)", of: "start_s IS NOT NULL" },
  completed: { second: "end_s", value: "count(*)", of: "end_s IS NOT NULL" },
  lapse: { second: "end_s", value: "sum(max(longest_ms, 0))", of: "end_s IS NOT NULL" },
  failed: { second: `coalesce(${END_S}, start_s)`, value: "count(*)", of: `flags & ${COMMAND_FLAG.error}` },
};

const LOCK_COLUMNS: Readonly<Record<LockSum, (mode: "read" | "write") => string>> = {
  wait: (mode) => `total_${mode}_wait_ms`,
  held: (mode) => `total_${mode}_held_ms`,
  locks: (mode) => `${mode}_locks`,
};

/** Every answer is one GROUP BY that SQLite sorts on disk where it is large: nothing here grows with the case. */
export class HistoryReader implements MetricsHistory {
  private readonly scope: ServerScope;

  constructor(private readonly db: Database.Database) {
    this.scope = new ServerScope(db);
  }

  minutes(serverId: number): Iterable<number> {
    const own = `FROM command WHERE ${this.scope.in(serverId)}`;
    const sql = `SELECT start_s / 60 AS minute ${own} AND start_s IS NOT NULL
      UNION SELECT end_s / 60 ${own} AND end_s IS NOT NULL ORDER BY minute`;
    return this.db.prepare(sql).pluck().iterate() as IterableIterator<number>;
  }

  commandNames(serverId: number): Iterable<string> {
    const sql = `SELECT cmd FROM command WHERE ${this.scope.in(serverId)} AND ${IS_COUNTED} AND cmd IS NOT NULL
      GROUP BY cmd ORDER BY count(*) DESC, cmd`;
    return this.db.prepare(sql).pluck().iterate() as IterableIterator<string>;
  }

  tableNames(serverId: number): Iterable<string> {
    const held = ["read", "write"].map(
      (mode) => `coalesce(t.total_${mode}_wait_ms, 0) + coalesce(t.total_${mode}_held_ms, 0)`,
    );
    const sql = `SELECT o.name ${this.locksOf(serverId)} GROUP BY o.name ORDER BY sum(${held.join(" + ")}) DESC, o.name`;
    return this.db.prepare(sql).pluck().iterate() as IterableIterator<string>;
  }

  commandSums(serverId: number, sum: CommandSum, labels: readonly string[], rest: string): Iterable<MinuteSum> {
    const { second, value, of } = COMMAND_SUMS[sum];
    const sql = `SELECT ${labelled("cmd")} AS label, (${second}) / 60 AS minute, ${value} AS value
      FROM command WHERE ${this.scope.in(serverId)} AND ${IS_COUNTED} AND ${of} GROUP BY 1, 2 ORDER BY 1, 2`;
    return this.sums(sql, labels, rest);
  }

  lockSums(
    serverId: number,
    sum: LockSum,
    mode: "read" | "write",
    labels: readonly string[],
    rest: string,
  ): Iterable<MinuteSum> {
    const column = `t.${LOCK_COLUMNS[sum](mode)}`;
    const sql = `SELECT ${labelled("o.name")} AS label, coalesce(${END_S}, c.start_s) / 60 AS minute, sum(max(${column}, 0)) AS value
      ${this.locksOf(serverId)} AND ${column} IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`;
    return this.sums(sql, labels, rest);
  }

  private locksOf(serverId: number): string {
    return `FROM table_use t JOIN command c ON c.id = t.id / ${CHILD_IDS} JOIN lock_object o ON o.id = t.lock_object_id
      WHERE ${this.scope.in(serverId, "c.source_id")} AND (o.name GLOB 'db.*' OR o.name GLOB 'rdb.*')`;
  }

  private sums(sql: string, labels: readonly string[], rest: string): Iterable<MinuteSum> {
    const bound = { labels: JSON.stringify(labels), rest };
    return this.db
      .prepare(`SELECT * FROM (${sql}) WHERE minute IS NOT NULL`)
      .iterate(bound) as IterableIterator<MinuteSum>;
  }
}

/** A name that is a label of its own, or the rest. */
function labelled(column: string): string {
  return `CASE WHEN ${column} IN (SELECT value FROM json_each(:labels)) THEN ${column} ELSE :rest END`;
}
