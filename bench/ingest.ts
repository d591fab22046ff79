import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { commitName } from "./commit-name.js";
import { MIXES, mixNamed } from "./generate-log.js";
import { findReference } from "./ingest/find-reference.js";
import { referenceText, summaryText, trialText } from "./ingest/print.js";
import { P4RCA, referenceProgram } from "./ingest/programs.js";
import { runTrial, type Trial } from "./ingest/trial.js";

/**
 * Measures `p4rca ingest` (from dist/) and a reference, log2sql or what stands in for it, in turns on the same generated logs:
 *
 *   npm run bench -- [--sizes 0.3,1] [--mixes default,server-1 | all] [--runs N] [--seed N] [--record NAME]
 *
 * Sizes are in GB. Without `--runs`: five at less than 1 GB, three at less than 4 GB, else one. Temporary files take
 * about three times the size in TMPDIR. `--record` keeps the result in bench/results/NAME.md.
 */
async function main(): Promise<void> {
  const request = readRequest();
  const found = await findReference();
  const programs = found.reference === null ? [P4RCA] : [P4RCA, referenceProgram(found.reference)];
  const facts = `${machineFacts()}\n${referenceText(found)}\n`;
  progress(facts);
  const trials: Trial[] = [];
  for (const sizeGb of request.sizes) {
    for (const name of request.mixes) {
      const mix = { ...mixNamed(name), bytes: sizeGb * 1e9, seed: request.seed };
      const runs = request.runs ?? runsFor(sizeGb);
      trials.push(await runTrial(name, mix, runs, programs, progress));
    }
  }
  const text = [facts, summaryText(trials), ...trials.map(trialText)].join("\n");
  process.stdout.write(text);
  if (request.record !== undefined) record(request.record, text);
}

function readRequest() {
  const { values } = parseArgs({
    options: {
      sizes: { type: "string", default: "0.3" },
      mixes: { type: "string", default: "default" },
      runs: { type: "string" },
      seed: { type: "string", default: "1" },
      record: { type: "string" },
    },
  });
  return {
    sizes: values.sizes.split(",").map((size) => positive(size)),
    mixes: values.mixes === "all" ? Object.keys(MIXES) : values.mixes.split(","),
    runs: values.runs === undefined ? undefined : positive(values.runs),
    seed: positive(values.seed),
    record: values.record,
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${text} is no number above 0`);
  return value;
}

function runsFor(sizeGb: number): number {
  if (sizeGb < 1) return 5;
  return sizeGb < 4 ? 3 : 1;
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

function machineFacts(): string {
  const processors = cpus();
  const machine = `${processors.length} × ${processors[0]?.model ?? "unknown CPU"}, ${(totalmem() / 1e9).toFixed(0)} GB`;
  const load = `load ${loadavg()[0]?.toFixed(1)} before`;
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, commit ${commitName()}, ${machine}, ${load}, Node ${process.version}`;
}

function record(name: string, text: string): void {
  const folder = fileURLToPath(new URL("results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${name}.md`, `# p4rca ingest, ${name}\n\n${text}`);
}

await main();
