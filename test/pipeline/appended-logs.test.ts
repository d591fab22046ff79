import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { DEFAULT_MIX, generateLog } from "../../bench/generate-log.js";
import { type CaseDb, openCase } from "../../src/casedb/casedb.js";
import { composeReport } from "../../src/pipeline/compose-report.js";
import { fillCase } from "../../src/pipeline/fill-case.js";
import { investigate } from "../../src/pipeline/investigate.js";
import { randomLog, start } from "../ingest/formats/p4d-text/sample-log.js";
import { caseOf, differences, FILL, type LogFile, writeLogs } from "./fill.js";

const folder = mkdtempSync(join(tmpdir(), "p4rca-appended-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let runs = 0;
const scratch = () => join(folder, String(++runs));

function logOf(seed: number, bytes = 120_000): Buffer {
  return Buffer.from([...generateLog({ ...DEFAULT_MIX, seed, bytes })].join(""));
}

function sourcesOf(caseDb: CaseDb) {
  return caseDb.sources().map((source) => ({ ...source, modifiedMs: null }));
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
    sources: sourcesOf(caseDb),
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

async function fill(caseDb: CaseDb, paths: readonly string[], verify = false): Promise<void> {
  await fillCase(caseDb, paths, { ...FILL, request: { ...FILL.request, verify } });
}

/** The log as it grows to each of these sizes, read each time, beside files that do not change. */
async function grown(
  log: Buffer,
  ends: readonly number[],
  others: readonly LogFile[] = [],
  verify = false,
): Promise<{ caseDb: CaseDb; paths: string[] }> {
  const paths = writeLogs(scratch(), [...others, { name: "log", bytes: Buffer.alloc(0) }]);
  const path = paths.at(-1) as string;
  const caseDb = openCase(":memory:");
  for (const end of ends) {
    appendFileSync(path, log.subarray(statSync(path).size, end));
    utimesSync(path, end, end);
    await fill(caseDb, paths, verify);
  }
  return { caseDb, paths };
}

async function isSame(log: Buffer, ends: readonly number[], others: readonly LogFile[] = [], verify = false) {
  const { caseDb, paths } = await grown(log, [...ends, log.length], others, verify);
  const whole = await caseOf(paths);
  expectSame(caseDb, whole);
  caseDb.close();
  whole.close();
}

/** Where a log ends before it grows, in 1000ths of its length; p4rca has to see a header to know it for one. */
const cuts = fc.record({
  seed: fc.integer({ min: 1, max: 100_000 }),
  places: fc.uniqueArray(fc.integer({ min: 10_000, max: 999_999 }), { minLength: 1, maxLength: 3 }),
});
const endsOf = (log: Buffer, places: readonly number[]) =>
  [...places].sort((a, b) => a - b).map((place) => Math.floor((place * log.length) / 1_000_000));
const numRuns = (usual: number) => ({ numRuns: Number(process.env.RUNS ?? usual) });

describe("a log that grows", () => {
  it("is the same case as when it is read at once, wherever it ended", async () => {
    const isSameCut = async ({ seed, places }: { seed: number; places: number[] }) => {
      const log = logOf(seed, 60_000);
      await isSame(log, endsOf(log, places));
    };
    await fc.assert(fc.asyncProperty(cuts, isSameCut), numRuns(6));
  });

  it("is the same where nothing in it is as it should be", async () => {
    const isSameCut = async ({ seed, places }: { seed: number; places: number[] }) => {
      const log = Buffer.from(randomLog(seed, 60));
      await isSame(log, endsOf(log, places));
    };
    await fc.assert(fc.asyncProperty(cuts, isSameCut), numRuns(8));
  });

  it.each([
    ["behind a header, before its line end", (log: Buffer) => log.indexOf("Perforce server info:", 9000) + 21],
    ["within a header", (log: Buffer) => log.indexOf("Perforce server info:", 9000) + 12],
    ["between two blocks", (log: Buffer) => log.indexOf("\n\nPerforce server info:", 9000) + 2],
    ["between a start and its blank line", (log: Buffer) => log.indexOf("\n\nPerforce server info:", 9000) + 1],
    ["within a track block", (log: Buffer) => log.indexOf("\n--- db.", 9000) + 1],
    ["within a lock line", (log: Buffer) => log.indexOf("wait+held", 9000) + 4],
    ["within a time", (log: Buffer) => log.indexOf("\t2", 9000) + 7],
  ])("may end %s", async (_, at) => {
    const log = logOf(7, 30_000);
    await isSame(log, [at(log)]);
  });

  it("may end within arguments of several lines", async () => {
    const text = `${start({ time: "14:07:03", pid: 4101 })}Perforce server info:
\t2024/03/05 14:07:04 pid 4102 ann@ws 10.0.0.1 [p4/v92] 'user-change -i one
Perforce server info:
\ttwo
three'

${start({ time: "14:07:05", pid: 4103 })}`;
    const log = Buffer.from(text);
    for (const piece of ["one", "server info:\n\ttwo", "\ttwo", "three'"]) {
      await isSame(log, [text.indexOf(piece), text.indexOf(piece) + piece.length]);
    }
  });

  it("is the same beside its older rotations, and with --verify", async () => {
    const log = logOf(12);
    const others = [
      { name: "log.2024-03-05_00-00-00", bytes: log.subarray(0, 41_003) },
      { name: "log.2024-03-05_01-00-00.gz", bytes: log.subarray(41_003, 70_001) },
    ];
    await isSame(log.subarray(70_001), [9_000, 20_000], others);
    await isSame(log.subarray(70_001), [12_345], others, true);
  });

  it("may be read again at any size, and read in part between", async () => {
    const log = logOf(13);
    const { caseDb, paths } = await grown(log, [50_000, 50_000, 90_000]);
    const before = content(caseDb);
    await fillCase(caseDb, paths, { ...FILL, request: { ...FILL.request, verify: true } });
    expect(content(caseDb)).toEqual(before);
    caseDb.close();
  });
});

describe("what is read of a log that has grown", () => {
  const log = logOf(21);
  const read = async (change: (path: string) => void, verify = false) => {
    const { caseDb, paths } = await grown(log, [80_000]);
    change(paths[0] as string);
    await fill(caseDb, paths, verify);
    const sources = caseDb.sources().map(({ bytes, state }) => [bytes, state]);
    caseDb.close();
    return sources;
  };

  it("is its end; of one that has changed before its end it is all", async () => {
    expect(await read((path) => appendFileSync(path, log.subarray(80_000)))).toEqual([[log.length, "done"]]);
    const changed = Buffer.from(log);
    changed[changed.indexOf("completed", 30_000)] = 0x43;
    expect(await read((path) => writeFileSync(path, changed))).toEqual([
      [80_000, "done"],
      [log.length, "done"],
    ]);
  });

  it("is all of it when it has become shorter, or another log", async () => {
    expect((await read((path) => truncateSync(path, 50_000))).at(-1)).toEqual([50_000, "done"]);
    const other = logOf(22, 200_000);
    expect((await read((path) => writeFileSync(path, other))).at(-1)).toEqual([other.length, "done"]);
  });

  it("is nothing where it is as it was; with --verify, a change that kept size and time is found", async () => {
    expect(await read(() => {})).toEqual([[80_000, "done"]]);
    const secretly = (path: string) => {
      const { atime, mtime } = statSync(path);
      writeFileSync(path, logOf(23).subarray(0, 80_000));
      utimesSync(path, atime, mtime);
    };
    expect(await read(secretly)).toHaveLength(1);
    expect(await read(secretly, true)).toHaveLength(2);
  });

  it("is all of it where the file was read in part, or a limit is another", async () => {
    const path = writeLogs(scratch(), [{ name: "log", bytes: log.subarray(0, 80_000) }])[0] as string;
    const caseDb = openCase(":memory:");
    const request = { ...FILL.request, fromS: Date.UTC(2000, 0) / 1000 };
    await fillCase(caseDb, [path], { ...FILL, request });
    appendFileSync(path, log.subarray(80_000));
    await fill(caseDb, [path]);
    expect(caseDb.sources().map(({ bytes }) => bytes)).toEqual([80_000, log.length]);
    caseDb.close();
  });

  it("becomes a copy when it grows to what another file holds", async () => {
    const { caseDb, paths } = await grown(log, [80_000]);
    appendFileSync(paths[0] as string, log.subarray(80_000));
    const copy = join(dirname(paths[0] as string), "a-copy");
    writeFileSync(copy, log);
    paths.unshift(copy);
    await fill(caseDb, paths);
    expect(caseDb.sources().map(({ path, state }) => [path, state])).toEqual([
      ["log", "duplicate"],
      ["a-copy", "done"],
    ]);
    const whole = await caseOf(paths);
    expect(caseDb.canonicalDump()).toEqual(whole.canonicalDump());
    whole.close();
    caseDb.close();
  });
});

describe("a run that is killed while it reads what was appended", () => {
  const log = logOf(31, 3_400_000);
  const known = 400_000;
  const rowsAndFiles = (caseDb: CaseDb) => ({ dump: caseDb.canonicalDump(), sources: sourcesOf(caseDb) });

  it("leaves a case that the next run completes, or one that knows nothing of it", async () => {
    const at = scratch();
    const [path = ""] = writeLogs(at, [{ name: "log", bytes: log.subarray(0, known) }]);
    const casePath = join(at, "case.sqlite");
    const first = openCase(casePath);
    await fill(first, [path]);
    const before = rowsAndFiles(first);
    appendFileSync(path, log.subarray(known));
    // What a kill leaves is what lies on disk: the case and its log of pages.
    const left: string[] = [];
    const kill = () => {
      left.push(copied(casePath, join(at, `killed-${left.length}.sqlite`)));
      const untilMs = performance.now() + 510;
      while (left.length === 2 && performance.now() < untilMs); // long enough for the next batch to be committed
    };
    await fillCase(first, [path], {
      ...FILL,
      checkpoint: kill,
      progress: ({ stage }) => void (stage === "join" && kill()),
    });
    const whole = rowsAndFiles(first);
    first.close();
    const halfRead = left.filter((copy) => rowsBeyondGrowth(copy) > 0);
    expect(halfRead.length).toBeGreaterThan(0);
    for (const copy of [halfRead.at(-1), left.at(-1)] as string[]) {
      await completes(copy, path, whole);
    }
    writeFileSync(path, log.subarray(0, known));
    await completes(halfRead[0] as string, path, before);
  });

  function copied(from: string, to: string): string {
    for (const end of ["", "-journal"]) if (existsSync(from + end)) copyFileSync(from + end, to + end);
    return to;
  }

  /** Rows that a run which did not end has added to the file. */
  function rowsBeyondGrowth(copy: string): number {
    const raw = new Database(copied(copy, `${copy}-seen`));
    const value = raw.prepare("SELECT value FROM meta WHERE name = 'growing'").pluck().get() as string | undefined;
    const { commandId } = JSON.parse(value ?? "{}") as { commandId?: number };
    const count = raw
      .prepare("SELECT count(*) FROM command WHERE id > ?")
      .pluck()
      .get(commandId ?? 1e9) as number;
    raw.close();
    return count;
  }

  async function completes(killed: string, path: string, want: ReturnType<typeof rowsAndFiles>): Promise<void> {
    const copy = copied(killed, `${killed}-again`);
    const caseDb = openCase(copy);
    await fill(caseDb, [path]);
    const have = rowsAndFiles(caseDb);
    expect(differences(have.dump, want.dump)).toEqual([]);
    expect(have.sources).toEqual(want.sources);
    caseDb.close();
    const raw = new Database(copy);
    expect(raw.pragma("integrity_check", { simple: true })).toBe("ok");
    raw.close();
  }
});
