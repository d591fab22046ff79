import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { conservationFaults } from "../support/damage/check-conservation.js";
import { CleanLogs } from "../support/damage/command-faults.js";
import { DAMAGES, damagedInput } from "../support/damage/damages.js";

const folder = mkdtempSync(join(tmpdir(), "p4rca-conservation-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each kind of damage twice; scripts/conservation.ts reads hundreds. */
const ROUNDS = 2;
const SEED = 1;
const clean = new CleanLogs(folder);

describe("damaged evidence is reported as it is, byte by byte, and nothing in it counts twice", () => {
  it.each(Object.keys(DAMAGES).map((kind, index) => [kind, index] as const))("%s", async (_, index) => {
    for (let round = 0; round < ROUNDS; round++) {
      const number = index + round * Object.keys(DAMAGES).length;
      const { kind, input } = await damagedInput(SEED, number);
      const faults = await conservationFaults(join(folder, String(number)), input, clean);
      expect(faults, `input ${number} of seed ${SEED}: ${kind}`).toEqual([]);
    }
  });
});
