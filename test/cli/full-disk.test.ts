import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  contentOf,
  crashLogs,
  fingerprintOf,
  ingestOnSmallDisk,
  integrityOf,
  runIngest,
  tracedInputs,
  whyNoSmallDisk,
} from "../support/crash-run.js";

const folder = mkdtempSync(join(tmpdir(), "p4rca-full-disk-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const paths = crashLogs(join(folder, "logs"), 1);
const cleanCase = join(folder, "clean.sqlite");
let inputs = "";
let clean = "";

beforeAll(async () => {
  inputs = fingerprintOf(paths);
  const ended = await runIngest(cleanCase, paths, null);
  expect([ended.code, ended.stderr]).toEqual([0, ""]);
  clean = contentOf(cleanCase);
});

// The reason is part of the title of what is skipped. scripts/crash-safety.ts tries hundreds of sizes.
const noDisk = whyNoSmallDisk(join(folder, "try"));
describe.skipIf(noDisk !== null)(`a disk that is full${noDisk === null ? "" : ` (skipped: ${noDisk})`}`, () => {
  it.each([24, 200, 700])(
    "of %i KiB: exit 2 and why, a case that is whole, and a next run as if nothing had been",
    async (size) => {
      const { code, stderr, casePath } = ingestOnSmallDisk(size, join(folder, String(size)), paths);
      expect([code, stderr]).toEqual([2, expect.stringContaining("no space left")]);
      expect(["ok", "none"]).toContain(integrityOf(casePath));
      const again = await runIngest(casePath, paths, null);
      expect([again.code, again.stderr]).toEqual([0, ""]);
      expect(contentOf(casePath)).toBe(clean);
    },
  );
});

describe("inputs", () => {
  it("are the same afterwards, byte by byte, and were never opened for writing where strace can tell", () => {
    const traced = tracedInputs(join(folder, "traced.sqlite"), paths, join(folder, "trace"));
    expect(fingerprintOf(paths)).toBe(inputs);
    if (traced === null) return;
    expect(traced.writing).toEqual([]);
    expect(traced.opened).toBeGreaterThanOrEqual(paths.length);
  });
});
