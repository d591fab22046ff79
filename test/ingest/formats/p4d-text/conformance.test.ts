import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type ParsedLog, parseLog } from "../../../support/parse-log.js";
import { type ReferenceRecord, referenceRecord } from "../../../support/reference-record.js";

const shared = process.env.P4RCA_SHARED ?? fileURLToPath(new URL("../../../../../shared", import.meta.url));
const folder = join(shared, "conformance");
const names = existsSync(folder)
  ? readdirSync(folder).flatMap((file) => /^(.*)\.expected\.json$/.exec(file)?.[1] ?? [])
  : [];

/** Where the reference loses the start behind an indented header, or blames a later `Init()` (docs/log2sql-differences.md). */
const BETTER: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "034-TestForLbrUncompressDigestsFilesize": { lineNo: 2, running: 1 },
  "035-TestForLbrCompressDigestsFilesize": { lineNo: 2, running: 1 },
  "038-TestRemovedFromMonitorTable": { cmdError: undefined },
};

/** Records the reference swallows and we keep. */
const EXTRA: Readonly<Record<string, readonly string[]>> = { "044-TestClientStats": ["client-Stats"] };

// Skipped only where the project's shared folder is not there.
describe.skipIf(names.length === 0)("conformance with the trusted parser", () => {
  it.each(names)("%s", async (name) => {
    const log = readFileSync(join(folder, `${name}.log`));
    const expected = JSON.parse(readFileSync(join(folder, `${name}.expected.json`), "utf8")) as ReferenceRecord[];
    const parsed = await parseLog(log);
    const records = parsed.commands.map(referenceRecord);
    const wanted = expected
      .filter((record) => record.eventTime === undefined)
      .map((record) => ({ ...record, ...BETTER[name] }));
    for (const record of wanted) {
      const ours = records.find(({ lineNo }) => lineNo === record.lineNo);
      expect(rounded(ours)).toEqual(rounded(record));
    }
    const others = records.filter(({ lineNo }) => !wanted.some((record) => record.lineNo === lineNo));
    expect(others.map(({ cmd }) => cmd)).toEqual(EXTRA[name] ?? []);
    checkEvents(expected, parsed);
  });
});

function checkEvents(expected: readonly ReferenceRecord[], parsed: ParsedLog): void {
  const events = parsed.rows.filter(({ table }) => table === "server_event").map(({ row }) => row);
  for (const event of expected.filter((record) => record.eventTime !== undefined)) {
    const ours = events.find(({ line_no }) => line_no === event.lineNo);
    expect(new Date(Number(ours?.time_s) * 1000).toISOString()).toBe(String(event.eventTime).replace("Z", ".000Z"));
    if (ours?.kind === "active-threads") expect(ours.v1).toBe(event.activeThreads);
    if (ours?.kind === "paused-threads") expect(ours.v1).toBe(event.pausedThreads);
  }
}

/** The reference went through float32: lapses within 0.0006, byte sizes within a part in a million; its key is another hash. */
function rounded(record: ReferenceRecord | undefined): unknown {
  if (record === undefined) return undefined;
  return JSON.parse(
    JSON.stringify({ ...record, processKey: undefined }, (_, value) => {
      if (typeof value !== "number") return value;
      return value > 1e7 ? Number(value.toPrecision(6)) : Math.round(value * 500) / 500;
    }),
  );
}
