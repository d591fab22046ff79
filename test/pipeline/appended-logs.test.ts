import { appendFileSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { DEFAULT_MIX, generateLog } from "../../bench/generate-log.js";
import { type CaseDb, openCase } from "../../src/casedb/casedb.js";
import { composeReport } from "../../src/pipeline/compose-report.js";
import { fillCase } from "../../src/pipeline/fill-case.js";
import { investigate } from "../../src/pipeline/investigate.js";
import { randomLog } from "../ingest/formats/p4d-text/sample-log.js";
import { caseOf, differences, FILL, writeLogs } from "./fill.js";

const folder = mkdtempSync(join(tmpdir(), "p4rca-appended-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let runs = 0;
const scratch = () => join(folder, String(++runs));

function logOf(seed: number, bytes = 120_000): Buffer {
  return Buffer.from([...generateLog({ ...DEFAULT_MIX, seed, bytes })].join(""));
}

/** Everything but times of change and ids: rows with their positions, files, what is kept to go on, the answer. */
function content(caseDb: CaseDb) {
  const rows = (sql: string) => [...caseDb.query(sql).rows].map((row) => JSON.stringify(row));
  const options = { version: "0.0.0", reportPath: null, casePath: null };
  return {
    dump: caseDb.canonicalDump(),
    commands: rows("SELECT * FROM command ORDER BY source_id, byte_offset").map((row) => row.replace(/^\[\d+,/, "[")),
    uses: rows(
      "SELECT name, mode, t.* FROM table_use t JOIN lock_object o ON o.id = lock_object_id ORDER BY t.source_id, t.line_no, t.lock_line_no",
    ).map((row) => row.replace(/^(\["[^"]*","[^"]*"),\d+/, "$1").replace(/^((?:[^,]*,){5})\d+,/, "$1")),
    lines: rows("SELECT * FROM evidence_line ORDER BY source_id, line_no"),
    edges: rows("SELECT source_id, position, line_no, byte_offset, hex(bytes), continuation, running FROM log_edge"),
    sources: caseDb.sources().map((source) => ({ ...source, modifiedMs: null })),
    warnings: rows("SELECT source_id, code, text, count, line_no, byte_offset FROM warning ORDER BY 1, 2"),
    base: rows("SELECT * FROM running_base"),
    document: composeReport(caseDb, investigate(caseDb.reader(), {}), options).document,
  };
}

function expectSame(have: CaseDb, want: CaseDb): void {
  const [one, other] = [content(have), content(want)];
  for (const name of ["dump", "commands", "uses", "lines"] as const) {
    expect([name, differences(one[name], other[name])]).toEqual([name, []]);
  }
  expect(one).toEqual(other);
}

interface Growing {
  readonly path: string;
  readonly caseDb: CaseDb;
  /** Lets the file grow to so many bytes and reads it; returns how many bytes of it were read or compared. */
  grow(bytes: number): Promise<void>;
}

/** A log that grows, beside files that don't. */
function growing(log: Buffer, others: readonly { name: string; bytes: Uint8Array }[] = []): Growing {
  const at = scratch();
  const [path = "", ...rest] = writeLogs(at, [{ name: "log", bytes: Buffer.alloc(0) }, ...others]);
  const caseDb = openCase(":memory:");
  return {
    path,
    caseDb,
    async grow(bytes) {
      appendFileSync(path, log.subarray(statSync(path).size, bytes));
      await fillCase(caseDb, [...rest, path], FILL);
    },
  };
}

async function isSame(
  log: Buffer,
  ends: readonly number[],
  others: readonly { name: string; bytes: Uint8Array }[] = [],
) {
  const { path, caseDb, grow } = growing(log, others);
  for (const end of [...ends, log.length]) await grow(end);
  const whole = await caseOf([...writeLogs(scratch(), others), path]);
  // Ids follow the order of reading, and a file that was there first has the first one.
  expectSame(caseDb, whole);
  caseDb.close();
  whole.close();
}

const cuts = fc.record({
  seed: fc.integer({ min: 1, max: 100_000 }),
  places: fc.uniqueArray(fc.integer({ min: 800, max: 99_999 }), { minLength: 1, maxLength: 3 }),
});
const ends = (log: Buffer, places: readonly number[]) =>
  [...places].sort((a, b) => a - b).map((place) => Math.floor((place * log.length) / 100_000));

describe("a log that grows", () => {
  it("is the same case as when it is read at once, wherever it ended", async () => {
    await fc.assert(
      fc.asyncProperty(cuts, async ({ seed, places }) => {
        const log = logOf(seed, 60_000);
        await isSame(log, ends(log, places));
      }),
      { numRuns: Number(process.env.RUNS ?? 15) },
    );
  });
  it("is the same where nothing in it is as it should be", async () => {
    await fc.assert(
      fc.asyncProperty(cuts, async ({ seed, places }) => {
        const log = Buffer.from(randomLog(seed, 60));
        await isSame(log, ends(log, places));
      }),
      { numRuns: Number(process.env.RUNS ?? 25) },
    );
  });
});
