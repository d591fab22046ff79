import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WrittenFile } from "../../src/contracts/exact-rows.js";
import { fixtureArchive } from "../support/expected-answer.js";
import { type DuckValue, duckdb, quoted } from "../support/read-parquet.js";
import { p4rca } from "./run-p4rca.js";

/** What p4rca keeps for itself; `lock_object` and `capture` are columns of the tables that name them. */
const STAYS_IN_THE_CASE = [
  "migration",
  "meta",
  "tool_run",
  "log_edge",
  "log_memory",
  "join_undo",
  "running_base",
].concat("evidence_line");
const ELSEWHERE = ["server", "lock_object", "capture", "command_row", "command_name"];

let cwd: string;
const read = (...path: string[]) => quoted(join(cwd, ...path, "**", "*.parquet"));

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "p4rca-fleet-"));
  for (const [name, fixture] of [
    ["hub", "007-rowan"],
    ["far", "004-elder"],
  ] as const) {
    const args = ["ingest", fixtureArchive(fixture), "--case", `${name}.sqlite`];
    expect((await p4rca(args, { cwd })).exitCode).toBe(0);
  }
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

async function exported(name: string, folder: string, ...more: string[]): Promise<WrittenFile[]> {
  const args = ["query", "--export", folder, "--case", `${name}.sqlite`, "--json", "--quiet", ...more];
  const { exitCode, stdout, stderr } = await p4rca(args, { cwd });
  expect([exitCode, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as WrittenFile[];
}

/** Rows of the case itself, by a program that is not p4rca. */
function stored(name: string, sql: string): unknown[][] {
  const db = new Database(join(cwd, `${name}.sqlite`), { readonly: true });
  try {
    return db.prepare(sql).safeIntegers(true).raw().all() as unknown[][];
  } finally {
    db.close();
  }
}

/** Every file below a folder, hidden ones too, relative to it. */
function filesBelow(folder: string): string[] {
  return readdirSync(join(cwd, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(cwd, folder, path)).isFile())
    .sort();
}

const plain = (rows: readonly (readonly unknown[])[]) =>
  JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? `${value}n` : value));

describe("query --export", () => {
  let files: WrittenFile[];
  beforeAll(async () => {
    files = await exported("hub", "lake");
  });

  it("DuckDB reads every row of every table as SQLite has it, but for what p4rca keeps for itself", async () => {
    const tables = stored(
      "hub",
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' UNION SELECT 'command'",
    );
    const seen: string[] = [];
    for (const [table] of tables as [string][]) {
      if ([...STAYS_IN_THE_CASE, ...ELSEWHERE].includes(table)) continue;
      const want = stored("hub", `SELECT * FROM ${table} ORDER BY id`);
      expect(existsSync(join(cwd, "lake", table)), table).toBe(want.length > 0);
      if (want.length === 0) continue;
      const names = stored("hub", `SELECT name FROM pragma_table_xinfo('${table}') ORDER BY cid`).flat();
      const columns = names.map((column) => `"${column}"`).join(", ");
      const { rows } = await duckdb(`SELECT ${columns} FROM read_parquet(${read("lake", table)}) ORDER BY id`);
      expect(plain(rows), table).toBe(plain(want));
      seen.push(table);
    }
    expect(seen).toEqual(expect.arrayContaining(["command", "table_use", "server_event", "source"]));
  });

  it("a row stands in the folder of its server and its day, and says which file of the evidence it came from", async () => {
    const want = stored(
      "hub",
      `SELECT v.server_id, strftime('%Y-%m-%d', coalesce(c.start_s, c.end_s), 'unixepoch'), s.path, count(*) FROM command c
       JOIN source s ON s.id = c.source_id JOIN server v ON v.id = s.server_id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    );
    const { rows } = await duckdb(
      `SELECT server, CAST(date AS VARCHAR), source_path, count(*)
       FROM read_parquet(${read("lake", "command")}, hive_partitioning = true) GROUP BY ALL ORDER BY ALL`,
    );
    expect(plain(rows)).toBe(plain(want));
    expect(new Set(rows.map(([server]) => server))).toEqual(new Set(["commit.hub", "edge.hub"]));
  });

  it("the rows of a track block name their lock object and their command", async () => {
    const sql = (of: string, id: string) =>
      `SELECT ${id}, o.name, o.mode, c.cmd, coalesce(u.total_read_wait_ms, -1) FROM ${of} ORDER BY 1, u.id`;
    const joined = "table_use u JOIN lock_object o ON o.id = u.lock_object_id JOIN command c ON c.id = u.id / 4096";
    const { rows } = await duckdb(
      `SELECT u.command_id, u.object, u.object_mode, c.cmd, coalesce(u.total_read_wait_ms, -1)
       FROM read_parquet(${read("lake", "table_use")}) u JOIN read_parquet(${read("lake", "command")}) c
       ON c.id = u.command_id AND c.case_key = u.case_key ORDER BY 1, u.id`,
    );
    expect(plain(rows)).toBe(plain(stored("hub", sql(joined, "u.id / 4096"))));
  });

  it("says what it wrote: each file with its rows and size, nothing else in the folder", async () => {
    expect(files.map(({ path }) => path)).toEqual(filesBelow("lake"));
    for (const { path, rows, bytes, table } of files) {
      expect(path).toMatch(/^\w+\/server=[^/]+\/date=[^/]+\/part-[0-9a-f]{12}-\d+\.parquet$/);
      expect([path.split("/")[0], statSync(join(cwd, "lake", path)).size]).toEqual([table, bytes]);
      const counted = await duckdb(`SELECT count(*) FROM read_parquet(${quoted(join(cwd, "lake", path))})`);
      expect(counted.rows).toEqual([[BigInt(rows)]]);
    }
  });

  it("again is the same, byte for byte; another case stands beside it in the same folder", async () => {
    const bytes = () =>
      Object.fromEntries(filesBelow("lake").map((path) => [path, readFileSync(join(cwd, "lake", path), "hex")]));
    const before = bytes();
    expect(await exported("hub", "lake")).toEqual(files);
    expect(bytes()).toEqual(before);
    const other = await exported("far", "lake");
    expect(bytes()).toMatchObject(before);
    expect(filesBelow("lake")).toHaveLength(files.length + other.length);
    const { rows } = await duckdb(
      `SELECT count(*), count(DISTINCT case_key) FROM read_parquet(${read("lake", "command")}, hive_partitioning = true)`,
    );
    const count = (name: string) => stored(name, "SELECT count(*) FROM command")[0]?.[0] as bigint;
    expect(rows).toEqual([[count("hub") + count("far"), 2n]]);
  });

  it("all days of all servers have the same columns with the same types", async () => {
    await exported("far", "types");
    await exported("hub", "types");
    for (const table of readdirSync(join(cwd, "types"))) {
      const sql = `SELECT DISTINCT file_name, name, type, logical_type FROM parquet_schema(${read("types", table)}) ORDER BY ALL`;
      const schemas = new Map<DuckValue, DuckValue[][]>();
      for (const [file = null, ...column] of (await duckdb(sql)).rows) {
        schemas.set(file, [...(schemas.get(file) ?? []), column]);
      }
      expect(new Set([...schemas.values()].map(plain)).size, table).toBe(1);
    }
  });

  it("without --json a table of the tables", async () => {
    const { stdout } = await p4rca(["query", "--export", "plain", "--case", "hub.sqlite", "--quiet"], { cwd });
    expect(stdout).toMatch(/^table +rows +files +bytes\n/);
    expect(stdout).toMatch(/^command +\d+ +\d+ +\d+$/m);
  });
});

describe("instants and days", () => {
  const at = (time: string, pid: number) =>
    `Perforce server info:\n\t${time} pid ${pid} ida@ws 10.0.0.9 [p4/v90] 'user-info'\n` +
    `Perforce server info:\n\t${time} pid ${pid} completed .002s\n`;

  it("days are the server's own, instants are UTC, and an impossible clock has its place too", async () => {
    writeFileSync(
      join(cwd, "log"),
      at("2024/03/30 23:59:59", 1) + at("2024/03/31 00:00:00", 2) + at("2024/03/31 03:30:00", 3),
    );
    await p4rca(["ingest", "log", "--tz", "Europe/Berlin", "--case", "clock.sqlite"], { cwd });
    await exported("clock", "clock", "--server", "berlin");
    const { rows } = await duckdb(
      `SELECT pid, CAST(date AS VARCHAR), "at" FROM read_parquet(${read("clock", "command")}, hive_partitioning = true) ORDER BY pid`,
    );
    expect(rows).toEqual([
      [1n, "2024-03-30", new Date("2024-03-30T22:59:59Z")],
      [2n, "2024-03-31", new Date("2024-03-30T23:00:00Z")],
      [3n, "2024-03-31", new Date("2024-03-31T01:30:00Z")],
    ]);
  });

  it("any number of days: more than are open at once, each row once", async () => {
    const days = Array.from({ length: 150 }, (_, day) =>
      new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10),
    );
    // Twice through them all, so that files which were closed are met again.
    const text = [...days, ...days]
      .map((day, index) => at(`${day.replaceAll("-", "/")} 10:00:00`, 1000 + index))
      .join("");
    writeFileSync(join(cwd, "log"), text);
    await p4rca(["ingest", "log", "--case", "days.sqlite"], { cwd });
    await exported("days", "days");
    const sql = `SELECT count(*), count(DISTINCT pid), count(DISTINCT date) FROM read_parquet(${read("days", "command")}, hive_partitioning = true)`;
    expect((await duckdb(sql)).rows).toEqual([[300n, 300n, 150n]]);
  });
});

describe("hostile names", () => {
  it.each(["../../../escaped", "a/b", "..", "x=y", "%2e%2e", "nul\u0001\u001b[2J", "ü", `${"long".repeat(100)}`])(
    "--server %j stays within the folder",
    async (name) => {
      const folder = `evil/${Buffer.from(name).toString("hex").slice(0, 40)}`;
      const files = await exported("far", folder, "--server", name);
      expect(filesBelow(folder)).toEqual(files.map(({ path }) => path));
      const sql = `SELECT DISTINCT server FROM read_parquet(${read(folder, "command")}, hive_partitioning = true, hive_types_autocast = false)`;
      const [row] = (await duckdb(sql)).rows;
      if (name.length < 100) expect(row).toEqual([name]);
      else expect(String(row?.[0]).startsWith("longlong")).toBe(true);
      expect(existsSync(join(cwd, "escaped"))).toBe(false);
    },
  );

  it("of users, commands and arguments come through as they stand in the case", async () => {
    const evil = `a'b"c;--\u001b[2J=HYPERLINK()ü`;
    writeFileSync(
      join(cwd, "log"),
      `Perforce server info:\n\t2024/03/05 10:00:00 pid 7 ${evil}@ws 10.0.0.9 [p4/v90] 'user-sync ${evil}'\n`,
    );
    await p4rca(["ingest", "log", "--case", "names.sqlite"], { cwd });
    await exported("names", "names");
    const { rows } = await duckdb(`SELECT "user", cmd, args FROM read_parquet(${read("names", "command")})`);
    expect(rows).toEqual(stored("names", "SELECT user, cmd, args FROM command"));
    expect(rows[0]?.[0]).toBe(evil);
  });
});

describe("what goes wrong", () => {
  it.each([
    [["--export", "x", "--format", "csv"], "--export writes Parquet"],
    [["select 1", "--export", "x"], "takes no query"],
    [["select 1", "--format", "parquet"], "needs a file"],
    [["--format", "parquet", "-o", "x.parquet"], "takes a query"],
    [["select 1", "--format", "openmetrics"], "takes no query"],
    [["--format", "openmetrics", "--json"], "exclude each other"],
    [["select 1", "--server", "x"], "names the server in an export"],
    [["--export", "x", "--server", "y"], "several servers: commit.hub, edge.hub"],
    [["--export", "hub.sqlite"], "part of the path is a file"],
    [["delete from command", "--format", "parquet", "-o", "x.parquet"], "only SELECT"],
    [["select 1", "--format", "parquet", "-o", "hub.sqlite/x"], "part of the path is a file"],
  ])("%j is refused with exit 2 and leaves nothing behind", async (args, message) => {
    const before = readdirSync(cwd).sort();
    const result = await p4rca(["query", ...args, "--case", "hub.sqlite"], { cwd });
    expect([result.exitCode, result.stdout]).toEqual([2, ""]);
    expect(result.stderr).toContain(message);
    expect(readdirSync(cwd).sort()).toEqual(before);
  });

  it("a query that fails half way leaves the file that was there", async () => {
    writeFileSync(join(cwd, "kept.parquet"), "before");
    const sql =
      "with recursive n(i) as (select 1 union all select i + 1 from n where i < 200000) select json_extract(case when i = 200000 then '{' else '{}' end, '$') from n";
    const args = ["query", sql, "--format", "parquet", "-o", "kept.parquet", "--case", "hub.sqlite"];
    expect(await p4rca(args, { cwd })).toMatchObject({ exitCode: 2 });
    expect(readFileSync(join(cwd, "kept.parquet"), "utf8")).toBe("before");
    expect(readdirSync(cwd).filter((name) => name.includes(".part-"))).toEqual([]);
  });
});

describe("more than memory holds", () => {
  it("300 MB of rows go through a heap of 96 MB", async () => {
    const many = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 600000)";
    const sql = `${many} select i, i % 97 as k, printf('%d-%.*c', i, 490, 'x') as t from n`;
    const args = ["query", sql, "--format", "parquet", "-o", "large.parquet", "--case", "hub.sqlite"];
    const result = await p4rca(args, { cwd, env: { NODE_OPTIONS: "--max-old-space-size=96" } });
    expect([result.exitCode, result.stderr]).toEqual([0, "p4rca: 600000 rows in large.parquet\n"]);
    const { rows } = await duckdb(
      `SELECT count(*), sum(i), max(k), sum(length(t)) > 290000000 FROM read_parquet(${quoted(join(cwd, "large.parquet"))})`,
    );
    expect(rows.map((row) => row.map(String))).toEqual([["600000", "180000300000", "96", "true"]]);
  });
});
