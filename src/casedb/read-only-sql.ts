import Database from "better-sqlite3";
import { EXIT, OperatorError } from "../base/errors.js";
import type { QueryResult } from "../contracts/case-store.js";
import type { ExactCell, ExactQuery } from "../contracts/exact-rows.js";
import { quoteAsLiteral } from "./double-quotes.js";

type Params = Readonly<Record<string, number | string | null>>;

/** What may begin a statement that only reads: ATTACH, BEGIN and PRAGMA call themselves read-only too. */
const READING = new Set(["select", "with", "values", "explain"]);

/** Double-quoted texts that are turned into literals, at most, before a query is called wrong. */
const MAX_LITERALS = 50;

/**
 * Runs one reading statement. Recipes for log2sql databases write texts in double quotes (`cmd = "user-sync"`), which
 * sqlite3 takes where no such column exists; so does this. Throws OperatorError (usage) for anything that is not one
 * reading statement, or that SQLite refuses.
 */
export function queryReadOnly(
  db: Database.Database,
  sql: string,
  options: { readonly params?: Params; readonly limit?: number } = {},
): QueryResult {
  const statement = reading(db, sql);
  const columns = statement.columns().map(({ name }) => name);
  return { columns, rows: rowsOf(statement, options.params ?? {}, options.limit ?? Number.POSITIVE_INFINITY) };
}

/** The same with every value as it is stored, to be run as often as needed. Throws likewise. */
export function exactQuery(db: Database.Database, sql: string): ExactQuery {
  const statement = reading(db, sql).safeIntegers(true).raw();
  const columns = statement.columns().map(({ name, type }) => ({ name, declared: type }));
  return { columns, rows: () => exactRows(statement) };
}

function* exactRows(statement: Database.Statement): IterableIterator<readonly ExactCell[]> {
  try {
    yield* statement.iterate() as IterableIterator<readonly ExactCell[]>;
  } catch (error) {
    throw explain(error);
  }
}

function reading(db: Database.Database, sql: string): Database.Statement {
  const first = firstWord(sql);
  if (!READING.has(first)) {
    throw refused(`only SELECT may be run on a case, not ${first === "" ? "an empty statement" : first.toUpperCase()}`);
  }
  const statement = prepare(db, sql);
  if (!statement.readonly || !statement.reader) throw refused("the statement would change the case");
  return statement;
}

function* rowsOf(
  statement: Database.Statement,
  params: Params,
  limit: number,
): IterableIterator<(number | string | null)[]> {
  if (limit <= 0) return;
  let count = 0;
  try {
    for (const row of statement.raw().iterate(params) as IterableIterator<unknown[]>) {
      yield row.map(toPlain);
      if (++count >= limit) return;
    }
  } catch (error) {
    throw explain(error);
  }
}

function prepare(db: Database.Database, sql: string): Database.Statement {
  let text = sql;
  for (let attempt = 0; ; attempt++) {
    try {
      return db.prepare(text);
    } catch (error) {
      const missing = missingColumn(error);
      const literal = missing === null || attempt >= MAX_LITERALS ? text : quoteAsLiteral(text, missing);
      if (literal === text) throw explain(error);
      text = literal;
    }
  }
}

/** no such column: "user-sync" - should this be a string literal in single-quotes? */
function missingColumn(error: unknown): string | null {
  if (!(error instanceof Database.SqliteError)) return null;
  const match = /^no such column: "(.*)" - should this be a string literal/s.exec(error.message);
  return match?.[1] ?? null;
}

function explain(error: unknown): unknown {
  if (error instanceof Database.SqliteError) return refused(error.message);
  // better-sqlite3 says so for several statements, and for parameters that are missing.
  if (error instanceof RangeError || error instanceof TypeError) return refused(error.message);
  return error;
}

function refused(message: string): OperatorError {
  return new OperatorError("bad-query", message, EXIT.usage, "p4rca query without arguments lists the recipes.");
}

/** First keyword behind blanks and comments, in lower case. */
function firstWord(sql: string): string {
  let at = 0;
  for (;;) {
    while (at < sql.length && /\s/.test(sql[at] as string)) at++;
    if (sql.startsWith("--", at)) at = endOf(sql, "\n", at);
    else if (sql.startsWith("/*", at)) at = endOf(sql, "*/", at);
    else break;
  }
  return /^[a-z]*/i.exec(sql.slice(at, at + 20))?.[0].toLowerCase() ?? "";
}

function endOf(sql: string, mark: string, from: number): number {
  const at = sql.indexOf(mark, from);
  return at < 0 ? sql.length : at + mark.length;
}

function toPlain(value: unknown): number | string | null {
  if (typeof value === "number" || typeof value === "string") return value;
  return Buffer.isBuffer(value) ? value.toString("hex") : null;
}
