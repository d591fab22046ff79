import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OperatorError } from "../../src/base/errors.js";
import { type CaseDb, openCase, recipes } from "../../src/casedb/casedb.js";
import { addFile, batchOf, command } from "./evidence-builder.js";
import { wedgeCase } from "./wedge-case.js";

let caseDb: CaseDb;
beforeAll(() => {
  caseDb = wedgeCase();
});
afterAll(() => caseDb.close());

const rows = (sql: string) => [...caseDb.query(sql).rows];

describe("ad-hoc SQL", () => {
  it("gives columns and rows, with bound parameters and a limit", () => {
    const result = caseDb.query("SELECT pid, user FROM command WHERE pid > :pid ORDER BY pid", {
      params: { pid: 100 },
      limit: 2,
    });
    expect(result.columns).toEqual(["pid", "user"]);
    expect([...result.rows]).toEqual([
      [101, "user101"],
      [102, "user102"],
    ]);
    expect([...caseDb.query("SELECT 1", { limit: 0 }).rows]).toEqual([]);
    expect(rows("-- why\n/* and */ select x'00ff' as raw, null as absent")).toEqual([["00ff", null]]);
    expect(rows("VALUES (1), (2)")).toEqual([[1], [2]]);
    expect(rows("WITH a AS (SELECT 1 AS n) SELECT n FROM a;")).toEqual([[1]]);
  });

  it.each([
    ["DELETE FROM command", "DELETE"],
    ["WITH a AS (SELECT 1) DELETE FROM command_row", "change"],
    ["ATTACH '/tmp/x.db' AS x", "ATTACH"],
    ["PRAGMA query_only = 0", "PRAGMA"],
    ["/* SELECT */ DROP TABLE command", "DROP"],
    ["BEGIN", "BEGIN"],
    ["VACUUM INTO '/tmp/x.db'", "VACUUM"],
    ["", "empty"],
    ["-- SELECT 1", "empty"],
    ["SELECT 1; DELETE FROM command", "more than one statement"],
    ["SELECT nope FROM command", "no such column"],
    ["SELECT load_extension('x')", "not authorized"],
    ["SELECT * FROM command WHERE pid = :pid", "parameter"],
  ])("refuses %s", (sql, reason) => {
    const run = () => rows(sql);
    expect(run).toThrow(OperatorError);
    expect(run).toThrow(reason);
    expect(rows("SELECT count(*) FROM command")).toEqual([[6]]);
  });

  it("takes double quotes as text where there is no such column, as sqlite3 and log2sql users do", () => {
    expect(rows('SELECT pid FROM process WHERE cmd = "user-sync" AND user <> "it\'s"')).toEqual([[102], [103]]);
    expect(rows('SELECT pid AS "the pid" FROM command WHERE "the pid" IN (100) OR cmd = "the cmd"')).toEqual([[100]]);
    expect(rows('SELECT "pid", "" AS none, \'"quoted"\' FROM command WHERE cmd = "pull" -- "pull"')).toEqual([
      [104, "", '"quoted"'],
    ]);
    expect(() => rows('SELECT "pid FROM command')).toThrow(OperatorError);
  });
});

describe("recipes", () => {
  const known = recipes();

  it("cover what administrators ask for, each with a title", () => {
    const names = known.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(
        "blockers victims longest-held longest-wait running-per-second commands-per-user commands-per-app in-flight slow triggers errors tables locks-named sources warnings".split(
          " ",
        ),
      ),
    );
    for (const { title, description } of known)
      expect([title, description].every((text) => text.length > 10)).toBe(true);
  });

  it.each(known.map(({ name, sql }) => [name, sql]))("%s runs, on an empty case too", (_, sql) => {
    const empty = openCase(":memory:");
    expect([...empty.query(sql).rows]).toEqual([]);
    empty.close();
    expect(() => rows(sql)).not.toThrow();
  });

  const answer = (name: string, ...columns: string[]) => {
    const sql = known.find((recipe) => recipe.name === name)?.sql ?? "";
    return rows(`SELECT ${columns.join(", ")} FROM (${sql})`);
  };

  it("name the blocker, its victims, and what is still open", () => {
    expect(
      answer("blockers", "server", "pid", "object", "read_held_ms", "write_held_ms", "own_wait_ms", "line"),
    ).toEqual([
      ["s1", 100, "db.rev", 100_000, 0, 0, 63],
      ["s1", 101, "db.have", 0, 95_000, 3, 75],
    ]);
    expect(answer("victims", "pid", "object", "read_wait_ms", "write_wait_ms")).toEqual([
      [101, "db.rev", 0, 94_000],
      [102, "db.have", 80_000, 0],
    ]);
    expect(answer("in-flight", "pid", "start")).toEqual([[103, "2024/03/05 09:00:30"]]);
    expect(answer("locks-named", "object", "mode", "longest_held_ms")).toEqual([["clients/ws101", "W", 101_000]]);
    expect(answer("longest-held", "pid", "object", "mode", "held_ms")[0]).toEqual([100, "db.rev", "read", 100_000]);
    expect(answer("longest-wait", "pid", "object", "mode", "wait_ms")[0]).toEqual([101, "db.rev", "write", 94_000]);
    expect(answer("scans", "pid", "scan_rows")).toEqual([[100, 5_000_000]]);
    expect(answer("triggers", "trigger_name", "runs", "longest_s")).toEqual([
      ["swarm.commit", 1, 1.39],
      ["quick", 1, 0],
    ]);
    expect(answer("captures", "pid", "does", "blocker_pid")).toEqual([
      [100, "holds", null],
      [101, "waits", 100],
    ]);
  });

  it("count running commands per second where they are many", () => {
    const busy = openCase(":memory:");
    addFile(busy, {}, (sink, id) =>
      sink.writeCommands(
        batchOf(
          [19, 20, 21, 22].map((running, i) => command(id, i, 10 * i, { running, start_s: 1000 + Math.floor(i / 2) })),
        ),
      ),
    );
    const sql = known.find(({ name }) => name === "running-per-second")?.sql ?? "";
    expect([...busy.query(sql).rows]).toEqual([["1970/01/01 00:16:41", 22, 2]]);
    busy.close();
  });
});
