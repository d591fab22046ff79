import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MIXES, mixNamed, writeLog } from "../../bench/generate-log.js";
import { findReference } from "../../bench/ingest/find-reference.js";
import { caseOf } from "../pipeline/fill.js";
import { compareRecords, type Json, type Log2sqlTables } from "./compare-records.js";
import { factsOf, KNOWN_DIFFERENCES, mergeSplit, SPLIT_SITUATION } from "./known-differences.js";

// Not in a hook: where it can't be had, the title says why.
const found = await findReference({ limitS: 240 });
const { reference } = found;
const title = found.reference === null ? `second parser (skipped: ${found.reason})` : found.reference.name;

/** Seconds of work, but on a machine that may be busy with all the other tests. */
const PATIENCE_MS = 180_000;

describe("known differences", () => {
  const page = readFileSync(new URL("../../docs/log2sql-differences.md", import.meta.url), "utf8");

  it.each([SPLIT_SITUATION, ...KNOWN_DIFFERENCES.map(({ situation }) => situation)])(
    "%s is documented",
    (situation) => {
      expect(page).toContain(`| ${situation}`);
    },
  );
});

describe.skipIf(reference === null)(`p4rca and ${title}, on generated logs`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "p4rca-second-parser-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.keys(MIXES))(
    "%s",
    async (name) => {
      const mix = { ...mixNamed(name), bytes: 2e6, seed: 23 };
      const log = join(folder, name);
      await writeLog(log, mix);
      const records = mergeSplit(await recordsOf(log, mix.server));
      const caseDb = await caseOf([log]);
      const differences = compareRecords(caseDb, records);
      caseDb.close();
      expect(records.length).toBeGreaterThan(100);
      const facts = factsOf(records, mix.server);
      const unknown = differences.filter((one) => !KNOWN_DIFFERENCES.some(({ covers }) => covers(one, facts)));
      expect(unknown.slice(0, 10)).toEqual([]);
    },
    PATIENCE_MS,
  );

  // What is measured has to be the work that is compared.
  it.each(["rare-lines", "server-1"])(
    "%s: the database has what the records say",
    async (name) => {
      const mix = { ...mixNamed(name), bytes: 1e6, seed: 29 };
      const [log, database] = [join(folder, `${name}-db`), join(folder, `${name}.db`)];
      await writeLog(log, mix);
      await runReference(reference?.databaseCommand(log, database, mix.server));
      const records = await recordsOf(log, mix.server);
      expect(records.length).toBeGreaterThan(100);
      expect(compareRecords(tablesIn(database), records).slice(0, 10)).toEqual([]);
    },
    PATIENCE_MS,
  );
});

async function recordsOf(log: string, server: 1 | 3): Promise<Json[]> {
  const lines = (await runReference(reference?.jsonCommand(log, server))).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Json);
}

async function runReference([program = "", ...args]: readonly string[] = []): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 1 << 28, timeout: PATIENCE_MS / 2 });
  return stdout;
}

function tablesIn(database: string): Log2sqlTables {
  return {
    query: (sql) => {
      const db = new Database(database, { readonly: true });
      const statement = db.prepare(sql).raw();
      const columns = statement.columns().map(({ name }) => name);
      const rows = (statement.all() as (number | string | null)[][]).values();
      db.close();
      return { columns, rows };
    },
  };
}
