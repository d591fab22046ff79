import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type CaseDb, openCase } from "../../src/casedb/casedb.js";
import { joinEdges } from "../../src/ingest/formats/p4d-text/edges.js";
import { p4dTextFormat } from "../../src/ingest/formats/p4d-text/p4d-text.js";
import { REFERENCE_COLUMNS } from "../support/reference-columns.js";
import { summary } from "./evidence-builder.js";

type Json = Record<string, unknown>;

const shared = process.env.P4RCA_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url));
const folder = join(shared, "conformance");
const names = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => file.endsWith(".log"))
      .map((file) => file.slice(0, -".log".length))
      .sort()
  : [];

/**
 * Where the reference is wrong and its README lets us do better. `at`: the line we have the command at; the reference
 * loses a start behind an indented header and keeps the completion. `fields`: not compared.
 */
const BETTER: Readonly<Record<string, { readonly at?: number; readonly fields?: readonly string[] }>> = {
  "034-TestForLbrUncompressDigestsFilesize": { at: 2 },
  "035-TestForLbrCompressDigestsFilesize": { at: 2 },
  // A finished command marked failed because another program on its pid vanished a minute later.
  "038-TestRemovedFromMonitorTable": { fields: ["cmdError"] },
};

describe.skipIf(names.length === 0)("views against the reference's records (needs the shared folder)", () => {
  it.each(names)("%s", async (name) => {
    const caseDb = await caseOf(join(folder, `${name}.log`));
    const expected = JSON.parse(readFileSync(join(folder, `${name}.expected.json`), "utf8")) as Json[];
    const problems = expected.flatMap((record) => differences(caseDb, record, BETTER[name] ?? {}));
    expect(problems).toEqual([]);
    caseDb.close();
  });
});

/** One log, read by the real parser; its open end is explained by nothing that follows. */
async function caseOf(path: string): Promise<CaseDb> {
  const caseDb = openCase(":memory:");
  const sink = caseDb.sink(() => {});
  const id = sink.openSource({ path: "log", storedBytes: null, modifiedMs: null });
  const parser = p4dTextFormat.open(
    { sourceId: id, path: "log", modifiedMs: null, maxLineBytes: 1 << 20 },
    { commands: (batch) => sink.writeCommands(batch), rows: (batch) => sink.writeRows(batch) },
  );
  await parser.push(readFileSync(path));
  const outcome = await parser.end();
  sink.closeSource(id, { ...summary(), ...outcome });
  const { head, tail } = caseDb.edges(id);
  const fragments = [...head, ...(tail === null ? [] : [tail])].map((fragment) => ({ sourceId: id, fragment }));
  const joined = joinEdges({ open: caseDb.openCommands([id]), earlier: [id], fragments });
  caseDb.replaceCommands(joined.replaced, joined.batches, joined.rows);
  caseDb.recomputeRunningBase([[id]]);
  caseDb.finalize();
  return caseDb;
}

function differences(caseDb: CaseDb, record: Json, better: { at?: number; fields?: readonly string[] }): string[] {
  const isEvent = "eventTime" in record;
  const expected: Json = { ...record, lineNo: better.at ?? record.lineNo };
  const found = rows(caseDb, isEvent ? "events" : "process", expected.lineNo as number)[0];
  if (found === undefined) return [`line ${expected.lineNo}: no ${isEvent ? "event" : "command"}`];
  const problems: string[] = [];
  for (const [field, value] of Object.entries(expected)) {
    if (field === "processKey" || field === "tables" || better.fields?.includes(field) === true) continue;
    const [have, want] = comparable(found, field, value);
    if (!same(have, want)) problems.push(`line ${expected.lineNo}: ${field} is ${have}, not ${want}`);
  }
  if (!isEvent) problems.push(...tableDifferences(caseDb, expected));
  return problems;
}

function comparable(found: Json, field: string, value: unknown): [unknown, unknown] {
  if (field === "cmdError") return [found.error, value === true ? "1" : "0"];
  if (field === "eventTime")
    return [found.eventTime, String(value).slice(0, 19).replaceAll("-", "/").replace("T", " ")];
  // The pending end is a zero date in JSON and empty in the database.
  if (field === "endTime" && String(value).startsWith("0001/")) return [found.endTime, ""];
  const column = REFERENCE_COLUMNS[field] ?? field;
  const key = Object.keys(found).find((name) => name.toLowerCase() === column.toLowerCase());
  return [key === undefined ? `(no column ${column})` : found[key], value];
}

/** Every table of the reference with every field, and no table that it does not have. */
function tableDifferences(caseDb: CaseDb, expected: Json): string[] {
  const wanted = new Map(((expected.tables ?? []) as Json[]).map((table) => [table.tableName as string, table]));
  const found = rows(caseDb, "tableUse", expected.lineNo as number);
  const problems = found
    .filter(({ tableName }) => !wanted.has(tableName as string))
    .map(({ tableName }) => `line ${expected.lineNo}: unexpected table ${tableName}`);
  for (const [name, table] of wanted) {
    const own = found.filter(({ tableName }) => tableName === name);
    if (own.length !== 1) problems.push(`line ${expected.lineNo}: ${own.length} rows of ${name}`);
    for (const [field, value] of Object.entries(table)) {
      if (own[0] !== undefined && !same(own[0][field], value)) {
        problems.push(`line ${expected.lineNo}: ${name}.${field} is ${own[0][field]}, not ${value}`);
      }
    }
  }
  return problems;
}

function rows(caseDb: CaseDb, view: string, lineNumber: number): Json[] {
  const { columns, rows: all } = caseDb.query(`SELECT * FROM ${view} WHERE lineNumber = :line`, {
    params: { line: lineNumber },
  });
  return [...all].map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
}

/** The reference keeps lapses as float32. */
function same(have: unknown, want: unknown): boolean {
  if (typeof have === "number" && typeof want === "number") return Math.abs(have - want) <= 0.0006;
  return have === want;
}
