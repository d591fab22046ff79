import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatRows } from "../../src/cli/format-rows.js";
import { fixtureArchive } from "../support/expected-answer.js";
import { p4rca } from "./run-p4rca.js";

const RECIPES = readdirSync(new URL("../../src/casedb/recipes/", import.meta.url))
  .filter((file) => file.endsWith(".sql"))
  .map((file) => file.slice(0, -".sql".length));

let cwd: string;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "p4rca-query-"));
  await p4rca(["ingest", fixtureArchive("002-birch"), "--case", "c.sqlite"], { cwd });
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

async function query(...args: string[]): Promise<string> {
  const result = await p4rca(["query", ...args, "--case", "c.sqlite"], { cwd });
  expect([result.exitCode, result.stderr]).toEqual([0, ""]);
  return result.stdout;
}

/** RFC 4180, read by rules of its own. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  let row: string[] = [];
  for (let match = cell.exec(text); match !== null; match = cell.exec(text)) {
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

describe("recipes", () => {
  it.each(RECIPES)("%s: the same rows as table, CSV and JSON", async (name) => {
    const json = JSON.parse(await query(name, "--json", "--limit", "900")) as Record<string, unknown>[];
    const [header = [], ...rows] = readCsv(await query(name, "--format", "csv", "--limit", "900"));
    expect(rows).toHaveLength(json.length);
    expect(rows.every((row) => row.length === header.length)).toBe(true);
    if (json.length > 0) expect(Object.keys(json[0] ?? {})).toEqual(header);
    const [head = "", rule = "", ...lines] = (await query(name, "--limit", "900")).trimEnd().split("\n");
    expect(head.trim().split(/ {2,}/)).toEqual(header);
    expect(rule).toMatch(/^[- ]+$/);
    expect(lines).toHaveLength(json.length);
  });

  it("are listed without a name, as table, CSV and JSON", async () => {
    const { stdout } = await p4rca(["query", "--json"], { cwd });
    expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toEqual(RECIPES.sort());
    expect((await p4rca(["query"], { cwd })).stdout).toContain("blockers");
  });

  it("answer on the wedge what the first screen says", async () => {
    const [first] = JSON.parse(await query("blockers", "--json")) as Record<string, unknown>[];
    expect(first).toMatchObject({ pid: 11019 });
  });
});

describe("how many rows", () => {
  const many = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1500) select i from n";

  it("a table stops at 1000 and says so on stderr; rows for programs are all there", async () => {
    const table = await p4rca(["query", many, "--case", "c.sqlite"], { cwd });
    expect(table.stdout.trimEnd().split("\n")).toHaveLength(1002);
    expect(table.stderr).toContain("first 1000 rows");
    expect(JSON.parse(await query(many, "--json"))).toHaveLength(1500);
    expect(readCsv(await query(many, "--format", "csv"))).toHaveLength(1501);
  });

  it("--limit holds for every format, --quiet silences the note", async () => {
    const cut = await p4rca(["query", many, "--case", "c.sqlite", "--json", "--limit", "7", "--quiet"], { cwd });
    expect(JSON.parse(cut.stdout)).toHaveLength(7);
    expect(cut.stderr).toBe("");
  });
});

describe("only reading", () => {
  it.each(["delete from source", "attach 'x.sqlite' as x", "pragma user_version = 9", "select 1; drop table source"])(
    "%s is refused and the case stays as it was",
    async (sql) => {
      const before = readFileSync(join(cwd, "c.sqlite"));
      const result = await p4rca(["query", sql, "--case", "c.sqlite"], { cwd });
      expect(result.exitCode).toBe(2);
      expect(readFileSync(join(cwd, "c.sqlite")).equals(before)).toBe(true);
      expect(readdirSync(cwd)).toEqual(["c.sqlite"]);
    },
  );
});

describe("cells that want to be more than text", () => {
  const page = { width: null, ascii: false };
  const rows = (...cells: string[]) => ({ columns: ["a"], rows: cells.map((cell) => [cell]) });

  it.each(["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n=1"])(
    "CSV: %j is no formula",
    (cell) => {
      const [, [shown = ""] = []] = readCsv(formatRows(rows(cell), "csv", page));
      expect(shown).toMatch(/^'/);
      expect(shown.endsWith(cell.trim())).toBe(true);
    },
  );

  it("CSV and JSON: nothing that moves a cursor", () => {
    const hostile = rows("\u001b[2J\u009b0m\u202eevil\u0007");
    for (const format of ["csv", "json"] as const) {
      expect(formatRows(hostile, format, page)).not.toMatch(
        /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202e]/,
      );
    }
    expect(JSON.parse(formatRows(hostile, "json", page))).toEqual([{ a: "\u001b[2J\u009b0m\u202eevil\u0007" }]);
  });

  it("CSV: a negative number is a number, quotes and newlines are kept", () => {
    expect(formatRows({ columns: ["n"], rows: [[-5]] }, "csv", page)).toBe("n\r\n-5\r\n");
    expect(readCsv(formatRows(rows('say "a, b"', "two\nlines"), "csv", page)).slice(1)).toEqual([
      ['say "a, b"'],
      ["two\nlines"],
    ]);
  });

  it("tables: no control reaches the terminal, no row breaks, and ASCII where asked for", () => {
    const text = formatRows(rows("\u001b[2J\u009b0m\u202eevil\nrow", "café…"), "table", { width: null, ascii: true });
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(text.trimEnd().split("\n")).toHaveLength(4);
    expect(text).toContain("caf\\u{e9}...");
  });

  it("tables: as wide as the terminal", () => {
    const wide = formatRows({ columns: ["a", "b"], rows: [["x".repeat(90), "y".repeat(50)]] }, "table", {
      width: 80,
      ascii: false,
    });
    expect(Math.max(...wide.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
