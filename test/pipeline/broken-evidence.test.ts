import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { DEFAULT_MIX, generateLog } from "../../bench/generate-log.js";
import { openCase } from "../../src/casedb/casedb.js";
import { fillCase } from "../../src/pipeline/fill-case.js";
import { tarOf, zipOf } from "../ingest/archive-builders.js";
import { start, track } from "../ingest/formats/p4d-text/sample-log.js";
import { caseOf, FILL } from "./fill.js";

const folder = mkdtempSync(join(tmpdir(), "p4rca-broken-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const log = [...generateLog({ ...DEFAULT_MIX, seed: 3, bytes: 60_000 })].join("");
const half = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);

/** The notes of every file that has some, after reading these bytes under this name. */
async function notesOf(name: string, bytes: Buffer): Promise<Record<string, string>> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const caseDb = await caseOf([path]);
  const noted = caseDb
    .sources()
    .map(({ path: shown, reason, notes }) => [shown, [reason ?? [], notes].flat().join("; ")] as const)
    .filter(([, notes]) => notes !== "");
  expect([...caseDb.query("SELECT count(*) > 10 FROM command").rows]).toEqual([[1]]);
  caseDb.close();
  return Object.fromEntries(noted);
}

describe("evidence read in part is analysed, and the loss is a note of the file", () => {
  it("a torn archive: the member that was cut, and the archive", async () => {
    const tar = await tarOf({ name: "logs/a.log", content: log }, { name: "logs/b.log", content: `${log}\n` });
    const notes = await notesOf("torn.tar.gz", half(gzipSync(tar)));
    expect(Object.values(notes).join()).toMatch(/truncated gzip after/);
    expect(notes["torn.tar.gz"]).toMatch(/^archive read in part: truncated gzip after .*; tar ends inside/);
  });

  it("a torn and a damaged gzip inside an archive", async () => {
    const packed = gzipSync(log);
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, packed.length / 2, packed.length / 2 + 400);
    const other = [...generateLog({ ...DEFAULT_MIX, seed: 4, bytes: 60_000 })].join("");
    const whole = { name: "other/log", content: other };
    const torn = await tarOf(whole, { name: "logs/log.1.gz", content: half(packed) });
    expect(await notesOf("torn-inside.tar", torn)).toEqual({
      "logs/log.1.gz": expect.stringMatching(/^truncated gzip after \d/),
    });
    const broken = await tarOf(whole, { name: "logs/log.1.gz", content: damaged });
    expect(await notesOf("damaged-inside.tar", broken)).toEqual({
      "logs/log.1.gz": expect.stringMatching(/^damaged gzip after \d/),
    });
  });

  it("an encrypted member beside one that can be read", async () => {
    const zip = zipOf({ name: "logs/log", content: log }, { name: "logs/secret", content: log, encrypted: true });
    expect(await notesOf("mixed.zip", zip)).toEqual({ "logs/secret": "encrypted file: not read" });
  });
});

describe("evidence of which nothing can be read", () => {
  it.each([
    ["empty.tar", Buffer.alloc(10_240), /empty\.tar \(archive without files\)/],
    [
      "secret.zip",
      zipOf({ name: "logs/log", content: log, encrypted: true }),
      /logs\/log \(encrypted file: not read\)/,
    ],
    ["void.gz", gzipSync(""), /void\.gz \(empty file\)/],
    ["notes.txt", Buffer.from("nothing of interest\n"), /notes\.txt \(not recognised as evidence\)/],
  ])("is refused by name: %s", async (name, bytes, message) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    await expect(caseOf([path])).rejects.toMatchObject({
      code: "nothing-recognised",
      exitCode: 3,
      message: expect.stringMatching(message),
    });
  });

  it("is refused as well when the case already holds evidence, which stays", async () => {
    const caseDb = openCase(":memory:");
    const [good, bad] = ["good.log", "bad.txt"].map((name) => join(folder, name)) as [string, string];
    writeFileSync(good, log);
    writeFileSync(bad, "nothing of interest\n");
    await fillCase(caseDb, [good], FILL);
    await expect(fillCase(caseDb, [bad], FILL)).rejects.toMatchObject({ code: "nothing-recognised" });
    expect([...caseDb.query("SELECT count(*) > 10 FROM command").rows]).toEqual([[1]]);
    caseDb.close();
  });
});

describe("a rotation whose end is lost", () => {
  it("is not continued by the next, which begins in the middle of another block", async () => {
    const open = { time: "14:07:03", pid: 4101 };
    // Stored, not compressed, so that the cut is where it is said to be.
    const packed = gzipSync(start(open) + track(open, "lapse 1.00s", "db.have").trimEnd(), { level: 0 });
    writeFileSync(join(folder, "log.1.gz"), packed.subarray(0, -8));
    const rest = "---   total lock wait+held read/write 0ms+9000ms/0ms+0ms\n\n";
    writeFileSync(join(folder, "log"), rest + start({ time: "15:00:00", pid: 4102 }));
    const caseDb = await caseOf([join(folder, "log.1.gz"), join(folder, "log")]);
    expect([...caseDb.query("SELECT max(total_read_held_ms) FROM table_use").rows]).toEqual([[null]]);
    const sums = caseDb
      .sources()
      .map(({ bytes, account }) => [bytes, account.parsed + account.noise + account.unknown]);
    expect(sums.every(([bytes, sum]) => bytes === sum)).toBe(true);
    expect(caseDb.sources().at(-1)?.account.unknown).toBe(rest.length - 1);
    caseDb.close();
  });
});
