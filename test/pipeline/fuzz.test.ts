import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { fuzzFaults } from "../support/damage/fuzz-faults.js";
import { fuzzFiles, fuzzPlans } from "../support/damage/fuzz-input.js";

const folder = mkdtempSync(join(tmpdir(), "p4rca-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The same inputs in every run: what fails here fails for everybody. scripts/fuzz.ts tries others, for as long as wanted. */
const SEED = 20_240_305;

describe("mutated evidence of every kind, in every wrapping", () => {
  it("is read without an exception, adds up to the byte, and does not grow", async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fuzzPlans, async (plans) => {
        const { faults } = await fuzzFaults(join(folder, String(runs++)), await fuzzFiles(plans));
        expect(faults).toEqual([]);
      }),
      { numRuns: 200, seed: SEED },
    );
  });
});
