import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CaseDb, openCase } from "../../src/casedb/casedb.js";
import type { ExactQuery } from "../../src/contracts/exact-rows.js";
import { writeQuery } from "../../src/parquet/parquet.js";
import { duckdb, quoted } from "../support/read-parquet.js";

let folder: string;
let caseDb: CaseDb;
let files = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "p4rca-parquet-"));
  caseDb = openCase(":memory:");
});
afterAll(() => {
  caseDb.close();
  rmSync(folder, { recursive: true, force: true });
});

const idle = async () => {};

async function written(query: ExactQuery, limit = Number.POSITIVE_INFINITY): Promise<string> {
  const path = join(folder, `${files++}.parquet`);
  await writeQuery(query, limit, (bytes) => appendFileSync(path, bytes), idle);
  return path;
}

/** The rows of a SELECT after their way through a Parquet file. */
async function through(sql: string, limit?: number) {
  const path = await written(caseDb.exactQuery(sql), limit);
  return duckdb(`SELECT * FROM read_parquet(${quoted(path)})`);
}

describe("types of columns", () => {
  it("integers, reals, texts and blobs come back as what they are, and NULL as NULL", async () => {
    const { types, rows } = await through(
      "SELECT 1 AS i, 1.5 AS r, 'a' AS t, x'00ff' AS b UNION ALL SELECT NULL, NULL, NULL, NULL",
    );
    expect(types).toEqual(["BIGINT", "DOUBLE", "VARCHAR", "BLOB"]);
    expect(rows).toEqual([
      [1n, 1.5, "a", Buffer.from([0, 255])],
      [null, null, null, null],
    ]);
  });

  it("no integer is rounded: the largest and smallest of SQLite", async () => {
    const { rows } = await through(
      "SELECT 9223372036854775807 AS i UNION ALL SELECT -9223372036854775808 UNION ALL SELECT 9007199254740993",
    );
    expect(rows).toEqual([[9223372036854775807n], [-9223372036854775808n], [9007199254740993n]]);
  });

  it("integers among reals are reals, unless that would round one: then all are texts", async () => {
    expect(await through("SELECT 2 AS x UNION ALL SELECT 0.5")).toMatchObject({
      types: ["DOUBLE"],
      rows: [[2], [0.5]],
    });
    expect(await through("SELECT 9007199254740993 AS x UNION ALL SELECT 2.0")).toMatchObject({
      types: ["VARCHAR"],
      rows: [["9007199254740993"], ["2.0"]],
    });
  });

  it("anything with a text is text, a blob then its hexadecimal digits", async () => {
    const { types, rows } = await through("SELECT 7 AS x UNION ALL SELECT 'seven' UNION ALL SELECT x'0a0b'");
    expect([types, rows]).toEqual([["VARCHAR"], [["7"], ["seven"], ["0a0b"]]]);
  });

  it("a late value counts as much as an early one", async () => {
    const many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150000)";
    const wide = `${many} SELECT CASE WHEN i = 150000 THEN 'end' ELSE i END AS x, 1 AS a, 2 AS b, 3 AS c FROM n`;
    const path = await written(caseDb.exactQuery(wide));
    const { types, rows } = await duckdb(`SELECT x FROM read_parquet(${quoted(path)})`);
    expect(types).toEqual(["VARCHAR"]);
    expect([rows.length, rows[0], rows.at(-1)]).toEqual([150_000, ["1"], ["end"]]);
  });

  it("without any value the declared type holds; without rows there is a file with columns", async () => {
    const { types, rows } = await through("SELECT pid, user, NULL AS x FROM command");
    expect([types, rows]).toEqual([["BIGINT", "VARCHAR", "VARCHAR"], []]);
    expect((await through("SELECT NULL AS x UNION ALL SELECT NULL")).rows).toEqual([[null], [null]]);
  });

  it("a query that answers something else the second time is refused, not bent", async () => {
    let run = 0;
    const columns = [{ name: "x", declared: null }];
    const rows = () => {
      run++;
      const last = run === 1 ? 1n : "one";
      return Array.from({ length: 600_000 }, (_, index) => [index === 599_999 ? last : 0n])[Symbol.iterator]();
    };
    await expect(written({ columns, rows })).rejects.toThrow(RangeError);
  });
});

describe("hostile texts", () => {
  const TEXTS = [
    "",
    " ",
    "null",
    "a'b\"c`d; DROP TABLE command; --",
    "line\nend\r\n\ttab",
    "\u001b[2J\u0007",
    "\u202ebidi\u2066",
    "=cmd|' /C calc'!A0",
    "ünïcödé \u{1f680}",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "x".repeat(300_000),
    "__HIVE_DEFAULT_PARTITION__",
  ];

  it("come back byte for byte", async () => {
    const values = TEXTS.map((text) => `(${quoted(text)})`).join(", ");
    expect((await through(`SELECT column1 AS t FROM (VALUES ${values})`)).rows).toEqual(TEXTS.map((text) => [text]));
  });

  it("as names of columns: equal ones are told apart, however they are written", async () => {
    const { columns, rows } = await through(
      'SELECT 1 AS a, 2 AS A, 3 AS a, 4 AS "", 5 AS "x.y", 6 AS "__proto__", 7 AS "a_2", 8 AS "drop table; --"',
    );
    expect(columns).toEqual(["a", "A_2", "a_3", "column_4", "x.y", "__proto__", "a_2_2", "drop table; --"]);
    expect(rows).toEqual([[1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n]]);
  });
});

describe("row groups", () => {
  it("leave memory at 100,000 rows, or at 16 million characters", async () => {
    const many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250000) SELECT i FROM n";
    const narrow = await written(caseDb.exactQuery(many));
    const groups = (path: string) =>
      `SELECT row_group_id, any_value(row_group_num_rows) FROM parquet_metadata(${quoted(path)}) GROUP BY 1 ORDER BY 1`;
    expect((await duckdb(groups(narrow))).rows.map(([, rows]) => rows)).toEqual([100_000n, 100_000n, 50_000n]);
    const wide = await written(caseDb.exactQuery(`SELECT i, printf('%.*c', 4000, 'x') AS t FROM (${many}) LIMIT 9000`));
    expect((await duckdb(groups(wide))).rows.map(([, rows]) => rows)).toEqual([4000n, 4000n, 1000n]);
  });

  it("--limit cuts where it says", async () => {
    const sql = "SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT 3";
    expect((await through(sql, 2)).rows).toEqual([[1n], [2n]]);
    expect((await through(sql, 3)).rows).toHaveLength(3);
  });
});
