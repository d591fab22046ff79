import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conservationFaults } from "../test/support/damage/check-conservation.js";
import { CleanLogs } from "../test/support/damage/command-faults.js";
import { damagedInput } from "../test/support/damage/damages.js";

/**
 * Reads damaged inputs and holds what the case says of them against what was damaged: docs/robustness.md.
 *
 *   npx tsx scripts/conservation.ts [--inputs 300] [--seed 1] [--only INDEX]
 */
async function main(): Promise<void> {
  const inputs = numberOf("--inputs") ?? 300;
  const seed = numberOf("--seed") ?? 1;
  const only = numberOf("--only");
  const folder = mkdtempSync(join(tmpdir(), "p4rca-conservation-"));
  const clean = new CleanLogs(folder);
  const tally = new Map<string, { inputs: number; faulty: number }>();
  try {
    for (let index = only ?? 0; index < (only === undefined ? inputs : only + 1); index++) {
      const { kind, input } = await damagedInput(seed, index);
      const faults = await conservationFaults(join(folder, String(index)), input, clean);
      const sums = tally.get(kind) ?? { inputs: 0, faulty: 0 };
      tally.set(kind, { inputs: sums.inputs + 1, faulty: sums.faulty + Number(faults.length > 0) });
      for (const fault of faults) process.stdout.write(`${index} ${kind}: ${fault}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exitCode = summary(seed, tally) > 0 ? 1 : 0;
}

function summary(seed: number, tally: ReadonlyMap<string, { inputs: number; faulty: number }>): number {
  for (const [kind, { inputs, faulty }] of tally) {
    process.stdout.write(`${kind.padEnd(24)} ${String(inputs).padStart(4)} inputs, ${faulty} with faults\n`);
  }
  const sums = [...tally.values()];
  const faulty = sums.reduce((sum, one) => sum + one.faulty, 0);
  const inputs = sums.reduce((sum, one) => sum + one.inputs, 0);
  process.stdout.write(`seed ${seed}: ${inputs} damaged inputs, ${faulty} with faults\n`);
  return faulty;
}

function numberOf(flag: string): number | undefined {
  const at = process.argv.indexOf(flag);
  return at < 0 ? undefined : Number(process.argv[at + 1]);
}

await main();
