import { readdirSync, readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { renderSchemaDoc, schemaDocUrl } from "../../scripts/generate-schema-doc.js";
import { openCase } from "../../src/casedb/casedb.js";
import { storedAs } from "../../src/casedb/table-writer.js";
import { RECORD_TABLES, type RecordTableName, type RecordTableSpec } from "../../src/contracts/record-batch.js";

const folder = new URL("../../src/casedb/migrations/", import.meta.url);
const migration = readdirSync(folder)
  .sort()
  .map((name) => readFileSync(new URL(name, folder), "utf8"))
  .join("\n");

function schema(): Database.Database {
  const db = new Database(":memory:");
  db.exec(migration);
  return db;
}

/** Columns that a batch carries and the table holds in another form. */
const FOLDED: Readonly<Record<string, readonly string[]>> = {
  table_use: ["command_index", "ordinal", "name", "mode"],
  trigger_use: ["command_index"],
  librarian_use: ["command_index"],
  remote_rpc: ["command_index"],
};

describe("the schema", () => {
  it.each(Object.keys(RECORD_TABLES))("has a column of the right type for every column of the %s batch", (name) => {
    const spec: RecordTableSpec = RECORD_TABLES[name as keyof typeof RECORD_TABLES];
    const columns = schema().pragma(`table_xinfo(${storedAs(spec.name as RecordTableName)})`) as {
      name: string;
      type: string;
      hidden: number;
    }[];
    const typeOf = (list: readonly string[], type: string) =>
      list.filter((column) => !FOLDED[name]?.includes(column)).map((column) => `${column} ${type}`);
    const stored = columns
      .filter(({ hidden }) => hidden === 0)
      .map(({ name: column, type }) => {
        // To a batch figures with a fraction are numbers all the same, and names are texts.
        return `${column} ${type === "REAL" ? "INTEGER" : type === "ANY" ? "TEXT" : type}`;
      });
    const own = ["id INTEGER", "lock_object_id INTEGER", "worst_ms INTEGER"];
    expect(stored.filter((column) => !own.includes(column)).sort()).toEqual(
      [...typeOf(spec.numbers, "INTEGER"), ...typeOf(spec.texts, "TEXT")].sort(),
    );
  });

  it("is STRICT, snake_case, and says what every column means", () => {
    const db = schema();
    const tables = db.pragma("table_list") as { name: string; type: string; strict: number }[];
    for (const { name, strict } of tables.filter((table) => !table.name.startsWith("sqlite_"))) {
      expect([name, strict]).toEqual([name, 1]);
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      for (const column of db.pragma(`table_xinfo(${name})`) as { name: string }[]) {
        expect(column.name).toMatch(/^[a-z]+[a-z0-9]*(_[a-z]+)*$/);
      }
    }
    const columnLines = migration
      .split("\n")
      .filter((line) => /^ {2}[a-z_0-9]+ (INTEGER|REAL|TEXT|BLOB|ANY)/.test(line));
    expect(columnLines.filter((line) => !/ -- \S/.test(line))).toEqual([]);
  });

  it("has views with exactly log2sql's columns, in its order", () => {
    const caseDb = openCase(":memory:");
    const process = caseDb.query("SELECT * FROM process").columns;
    expect(process.slice(0, 14)).toEqual(
      "processkey lineNumber pid startTime endTime computedLapse completedLapse paused user workspace ip app cmd args".split(
        " ",
      ),
    );
    expect(process).toHaveLength(91);
    expect(process.slice(36, 42)).toEqual(
      "running netSyncFilesAdded netSyncFilesUpdated netSyncFilesDeleted netSyncBytesAdded netSyncBytesUpdated".split(
        " ",
      ),
    );
    expect(process.at(-1)).toBe("error");
    const tableUse = caseDb.query("SELECT * FROM tableUse").columns;
    expect(tableUse).toHaveLength(29);
    expect([tableUse[2], tableUse.at(-1)]).toEqual(["tableName", "triggerLapse"]);
    expect(caseDb.query("SELECT * FROM events").columns).toEqual(
      "lineNumber eventTime activeThreads activeThreadsMax pausedThreads pausedThreadsMax pausedErrorCount pauseRateCPU pauseRateMem cpuPressureState memPressureState".split(
        " ",
      ),
    );
    caseDb.close();
  });

  it("is what docs/case-database.md shows", () => {
    expect(readFileSync(schemaDocUrl, "utf8"), "run npx tsx scripts/generate-schema-doc.ts").toBe(renderSchemaDoc());
  });
});
