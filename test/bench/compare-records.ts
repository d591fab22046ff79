import type { CaseDb } from "../../src/casedb/casedb.js";
import { REFERENCE_COLUMNS } from "../support/reference-columns.js";

export type Json = Record<string, unknown>;

/** One thing that two parsers tell differently. `field` is null where only one of them has the record or table. */
export interface Difference {
  readonly lineNo: number;
  readonly table: string | null;
  readonly field: string | null;
  readonly ours: unknown;
  readonly theirs: unknown;
}

interface Side {
  readonly record: Json;
  readonly tables: ReadonlyMap<string, Json>;
}

/** What has the tables, or views, of log2sql. */
export type Log2sqlTables = Pick<CaseDb, "query">;

/** Every command, table and event of both, field by field: the JSON records of log2sql against the views of a case. */
export function compareRecords(caseDb: Log2sqlTables, records: readonly Json[]): Difference[] {
  const commands = records.filter((record) => "cmd" in record).map(sideOf);
  const events = records.filter((record) => "eventTime" in record);
  const uses = groupByLine(rowsOf(caseDb, "tableUse"));
  const ours = rowsOf(caseDb, "process").map((record) => ({
    record,
    tables: byName(uses.get(record.lineNumber as number) ?? []),
  }));
  return [
    ...pairs(ours, commands).flatMap(([lineNo, have, want]) => commandDifferences(lineNo, have, want)),
    ...pairs(
      rowsOf(caseDb, "events").map((record) => ({ record, tables: new Map() })),
      events.map((record) => ({ record, tables: new Map() })),
    ).flatMap(([lineNo, have, want]) => commandDifferences(lineNo, have, want)),
  ];
}

function sideOf(record: Json): Side {
  return { record, tables: byName((record.tables ?? []) as Json[]) };
}

function byName(tables: readonly Json[]): Map<string, Json> {
  return new Map(tables.map((table) => [String(table.tableName), table]));
}

function rowsOf(caseDb: Log2sqlTables, view: string): Json[] {
  const { columns, rows } = caseDb.query(`SELECT * FROM ${view}`);
  return [...rows].map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
}

function groupByLine(rows: readonly Json[]): Map<number, Json[]> {
  const groups = new Map<number, Json[]>();
  for (const row of rows) {
    const line = row.lineNumber as number;
    const group = groups.get(line);
    if (group === undefined) groups.set(line, [row]);
    else group.push(row);
  }
  return groups;
}

function pairs(ours: readonly Side[], theirs: readonly Side[]): [number, Side | undefined, Side | undefined][] {
  const have = new Map(ours.map((side) => [side.record.lineNumber as number, side]));
  const want = new Map(theirs.map((side) => [side.record.lineNo as number, side]));
  const lines = [...new Set([...have.keys(), ...want.keys()])].sort((a, b) => a - b);
  return lines.map((line) => [line, have.get(line), want.get(line)]);
}

function commandDifferences(lineNo: number, have: Side | undefined, want: Side | undefined): Difference[] {
  if (have === undefined || want === undefined) {
    return [{ lineNo, table: null, field: null, ours: have?.record.cmd, theirs: want?.record.cmd }];
  }
  const found = fieldDifferences(lineNo, null, have.record, want.record);
  for (const name of new Set([...have.tables.keys(), ...want.tables.keys()])) {
    const [mine, its] = [have.tables.get(name), want.tables.get(name)];
    if (mine === undefined || its === undefined) {
      found.push({ lineNo, table: name, field: null, ours: mine !== undefined, theirs: its !== undefined });
    } else found.push(...fieldDifferences(lineNo, name, mine, its));
  }
  return found;
}

function fieldDifferences(lineNo: number, table: string | null, have: Json, want: Json): Difference[] {
  const columns = new Map(Object.entries(have).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.entries(want).flatMap(([field, value]) => {
    if (NOT_COMPARED.has(field)) return [];
    const ours = columns.get((REFERENCE_COLUMNS[field] ?? field).toLowerCase());
    const theirs = asInView(field, value);
    return same(ours, theirs) ? [] : [{ lineNo, table, field, ours, theirs }];
  });
}

/** Keys may be others as long as joins hold; the tables are compared one by one. */
const NOT_COMPARED = new Set(["processKey", "tables"]);

/** What the reference writes into its own database for a value of its JSON. */
function asInView(field: string, value: unknown): unknown {
  if (field === "cmdError") return value === true ? "1" : "0";
  if (field === "eventTime") return String(value).slice(0, 19).replaceAll("-", "/").replace("T", " ");
  return field === "endTime" && String(value).startsWith("0001/") ? "" : value;
}

/** The reference keeps lapses as float32. */
function same(ours: unknown, theirs: unknown): boolean {
  if (typeof ours === "number" && typeof theirs === "number") return Math.abs(ours - theirs) <= 0.0006;
  return ours === theirs;
}
