import { execFileSync, type StdioOptions } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MIXES, mixNamed, writeLog } from "../../bench/generate-log.js";
import { findReference } from "../../bench/ingest/find-reference.js";
import { caseOf } from "../pipeline/fill.js";
import { compareRecords, type Json } from "./compare-records.js";
import { factsOf, KNOWN_DIFFERENCES, mergeSplit, SPLIT_SITUATION } from "./known-differences.js";

// Not in a hook: where it can't be had, the title says why.
const found = await findReference({ limitS: 240 });
const { reference } = found;
const title = found.reference === null ? `second parser (skipped: ${found.reason})` : found.reference.name;

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

  it.each(Object.keys(MIXES))("%s", async (name) => {
    const mix = { ...mixNamed(name), bytes: 2e6, seed: 23 };
    const log = join(folder, name);
    await writeLog(log, mix);
    const records = mergeSplit(recordsOf(log, mix.server));
    const caseDb = await caseOf([log]);
    const found = compareRecords(caseDb, records);
    caseDb.close();
    expect(records.length).toBeGreaterThan(100);
    const facts = factsOf(records, mix.server);
    const unknown = found.filter((one) => !KNOWN_DIFFERENCES.some(({ covers }) => covers(one, facts)));
    expect(unknown.slice(0, 10)).toEqual([]);
  });
});

function recordsOf(log: string, server: 1 | 3): Json[] {
  const [program = "", ...args] = reference?.jsonCommand(log, server) ?? [];
  const stdio: StdioOptions = ["ignore", "pipe", "ignore"];
  const json = execFileSync(program, args, { stdio, encoding: "utf8", maxBuffer: 1 << 28, timeout: 60_000 });
  const lines = json.trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Json);
}
