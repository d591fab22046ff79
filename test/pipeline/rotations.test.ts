import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { DEFAULT_MIX, generateLog } from "../../bench/generate-log.js";
import type { CaseDb } from "../../src/casedb/casedb.js";
import { randomLog } from "../ingest/formats/p4d-text/sample-log.js";
import { caseOf, differences, knowledge, rotationNames, writeLogs } from "./fill.js";

const folder = mkdtempSync(join(tmpdir(), "p4rca-rotations-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let runs = 0;

interface Cut {
  readonly seed: number;
  readonly places: readonly number[];
  readonly gzipped: number;
  readonly order: readonly number[];
}

const cuts = fc
  .record({
    seed: fc.integer({ min: 1, max: 100_000 }),
    // At least one per cent apart: nobody could tell what a file of a few bytes is.
    places: fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 4 }),
    gzipped: fc.nat(4),
    shuffle: fc.array(fc.nat(1000), { minLength: 5, maxLength: 5 }),
  })
  .map(({ seed, places, gzipped, shuffle }): Cut => {
    const indexes = Array.from({ length: places.length + 1 }, (_, index) => index);
    const order = indexes.sort((a, b) => (shuffle[a] ?? 0) - (shuffle[b] ?? 0));
    return { seed, places: [...places].sort((a, b) => a - b), gzipped: gzipped % order.length, order };
  });

function logOf(seed: number): Buffer {
  return Buffer.from([...generateLog({ ...DEFAULT_MIX, seed, bytes: 120_000 })].join(""));
}

/** Cuts the log where `at` puts each place (in per cent), and reads the parts in the order of the cut. */
async function cutCase(log: Buffer, cut: Cut, at: (log: Buffer, byte: number) => number): Promise<CaseDb> {
  const ends: number[] = [];
  for (const place of cut.places) {
    const end = at(log, Math.floor((place * log.length) / 100));
    if (end - (ends.at(-1) ?? 0) >= log.length / 100) ends.push(end);
  }
  const parts = [0, ...ends].map((from, index) => log.subarray(from, ends[index] ?? log.length));
  const names = rotationNames(parts.length, cut.gzipped);
  const files = parts.map((bytes, index) => ({ name: names[index] ?? "log", bytes }));
  const shuffled = cut.order.flatMap((index) => files[index] ?? []);
  return caseOf(writeLogs(join(folder, String(++runs)), shuffled));
}

async function isSame(cut: Cut, at: (log: Buffer, byte: number) => number): Promise<void> {
  const log = logOf(cut.seed);
  const whole = await caseOf(writeLogs(join(folder, String(++runs)), [{ name: "log", bytes: log }]));
  const parts = await cutCase(log, cut, at);
  expect(differences(knowledge(parts), knowledge(whole))).toEqual([]);
  for (const { path, bytes, account } of parts.sources()) {
    const { parsed, noise, unknown, skipped } = account;
    expect([path, parsed + noise + unknown + skipped, unknown]).toEqual([path, bytes, 0]);
  }
  whole.close();
  parts.close();
}

describe("one log cut into rotations of any order", () => {
  it("is the same case when cut between lines", async () => {
    await fc.assert(
      fc.asyncProperty(cuts, (cut) => isSame(cut, (log, byte) => log.indexOf("\n", byte) + 1)),
      { numRuns: Number(process.env.RUNS ?? 25) },
    );
  });

  it("is the same case when cut inside track blocks", async () => {
    const insideBlock = (log: Buffer, byte: number) =>
      log.indexOf("\n", Math.max(0, log.indexOf("\n--- ", byte)) + 1) + 1;
    await fc.assert(
      fc.asyncProperty(cuts, (cut) => isSame(cut, insideBlock)),
      { numRuns: Number(process.env.RUNS ?? 25) },
    );
  });

  it("is the same but for counts of running commands when pids are taken over and the server's own counts make no sense", async () => {
    const plain = (caseDb: CaseDb) => knowledge(caseDb).map((line) => line.replace(/"running":-?\d+,/, ""));
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000_000), fc.integer({ min: 5, max: 95 }), async (seed, percent) => {
        const log = Buffer.from(randomLog(seed, 60));
        const at = log.indexOf("\n", Math.floor((log.length * percent) / 100)) + 1;
        const whole = await caseOf(writeLogs(join(folder, String(++runs)), [{ name: "log", bytes: log }]));
        const parts = [log.subarray(at), log.subarray(0, at)].map((bytes, index) => ({
          name: rotationNames(2, 0).reverse()[index] ?? "log",
          bytes,
        }));
        const cut = await caseOf(writeLogs(join(folder, String(++runs)), parts));
        expect(differences(plain(cut), plain(whole))).toEqual([]);
      }),
      // Commands of equal first lines on both sides of the cut, in one second and on one pid.
      { numRuns: Number(process.env.RUNS ?? 25), examples: [[899_179, 92]] },
    );
  });

  it("is the same case when cut anywhere, lines included", async () => {
    await fc.assert(
      fc.asyncProperty(cuts, (cut) => isSame(cut, (_, byte) => byte)),
      // The second file is but the middle of what the first one ends with, and a command begins in its last line or behind it.
      {
        numRuns: Number(process.env.RUNS ?? 25),
        examples: [
          [{ seed: 8, places: [1, 74, 75], gzipped: 0, order: [0, 1, 2, 3] }],
          [{ seed: 85_821, places: [59, 60], gzipped: 0, order: [0, 1, 2] }],
        ],
      },
    );
  });
});
