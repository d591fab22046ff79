import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { fuzzFaults } from "../test/support/damage/fuzz-faults.js";
import { fuzzFiles, fuzzPlans } from "../test/support/damage/fuzz-input.js";
import { longLineFaults } from "../test/support/damage/long-line.js";

/**
 * Feeds mutated evidence to the real ingest for as long as wanted: docs/robustness.md.
 *
 *   npx tsx scripts/fuzz.ts [--minutes 5] [--seed 1]        input after input
 *   npx tsx scripts/fuzz.ts --only SEED                     one of them, which a fault named
 *
 * A process of its own reads; this one watches it: an input that takes more than a second of CPU time is a fault, and
 * one that does not end is killed and named. What decompresses to more than a few megabytes may take longer.
 */
const MOST_CPU_MS = 1000;
const MOST_CPU_MS_PER_MB = 50;
/** Wall time after which an input counts as hanging; generous, for the machine may be busy. */
const HANG_MS = 30_000;
/** Heap after collection may grow by so much from the first hundred inputs to the last: caches, no leak. */
const MOST_HEAP_GROWTH_BYTES = 64 << 20;
const LOOK_AT_HEAP_EVERY = 100;
/** Peak memory of a process that makes lines of 50 MB, some of them twice, and reads them. */
const MOST_BYTES_FOR_LONG_LINES = 600e6;

/** What the reading process says of one input. */
interface Told {
  readonly seed: number;
  readonly faults: readonly string[];
  readonly cpuMs: number;
  readonly readBytes: number;
  readonly rssBytes: number;
  readonly heapBytes: number | null;
}

async function readOne(seed: number, folder: string): Promise<Told> {
  const plans = fc.sample(fuzzPlans, { seed, numRuns: 1 })[0] ?? [];
  const files = await fuzzFiles(plans);
  const before = process.cpuUsage();
  const { faults, readBytes } = await fuzzFaults(join(folder, String(seed)), files);
  const { user, system } = process.cpuUsage(before);
  const collect = seed % LOOK_AT_HEAP_EVERY === 0 ? (globalThis as { gc?: () => void }).gc : undefined;
  collect?.();
  const { rss, heapUsed } = process.memoryUsage();
  return {
    seed,
    faults,
    cpuMs: (user + system) / 1000,
    readBytes,
    rssBytes: rss,
    heapBytes: collect === undefined ? null : heapUsed,
  };
}

/** The reading process: one line before each input, one behind it. */
async function readOn(from: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "p4rca-fuzz-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  process.on("SIGTERM", () => process.exit(0));
  for (let seed = from; ; seed++) {
    process.stdout.write(`${JSON.stringify({ reading: seed })}\n`);
    process.stdout.write(`${JSON.stringify(await readOne(seed, folder))}\n`);
  }
}

/** Lines of 50 MB, in a process of their own, so that its peak memory is theirs. */
async function readLongLines(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "p4rca-fuzz-"));
  try {
    const faults = await longLineFaults(join(folder, "long"));
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    if (peakBytes > MOST_BYTES_FOR_LONG_LINES) faults.push(`peak memory ${megabytes(peakBytes)}`);
    for (const fault of faults) process.stdout.write(`lines of 50 MB: ${fault}\n`);
    process.stdout.write(`lines of 50 MB: ${faults.length} faults, peak memory ${megabytes(peakBytes)}\n`);
    process.exitCode = faults.length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Watch {
  inputs = 0;
  faulty = 0;
  slowest = { cpuMs: 0, seed: 0 };
  peakBytes = 0;
  private firstHeap: number | null = null;
  private lastHeap = 0;

  note(told: Told): void {
    this.inputs++;
    if (told.cpuMs > this.slowest.cpuMs) this.slowest = told;
    this.peakBytes = Math.max(this.peakBytes, told.rssBytes);
    if (told.heapBytes !== null) {
      this.firstHeap ??= told.heapBytes;
      this.lastHeap = told.heapBytes;
    }
    const mostMs = Math.max(MOST_CPU_MS, (told.readBytes / 1e6) * MOST_CPU_MS_PER_MB);
    const slow = told.cpuMs > mostMs ? [`took ${told.cpuMs.toFixed(0)} ms of CPU time`] : [];
    for (const fault of [...told.faults, ...slow]) this.fault(told.seed, fault);
  }

  fault(seed: number, what: string): void {
    this.faulty++;
    process.stdout.write(`seed ${seed}: ${what.slice(0, 2000)}\n`);
  }

  summary(): string {
    const grown = this.lastHeap - (this.firstHeap ?? this.lastHeap);
    if (grown > MOST_HEAP_GROWTH_BYTES) this.fault(-1, `the heap grew by ${megabytes(grown)}`);
    const heap = `heap after collection ${grown < 0 ? "-" : "+"}${megabytes(Math.abs(grown))}`;
    const { cpuMs, seed } = this.slowest;
    const costs = `slowest ${cpuMs.toFixed(0)} ms of CPU time (seed ${seed}), peak memory ${megabytes(this.peakBytes)}, ${heap}`;
    return `${this.inputs} inputs, ${this.faulty} faults; ${costs}\n`;
  }
}

/** Runs the reading process from this seed on; resolves with the seed that hung, or null when the time is over. */
function watched(watch: Watch, from: number, endMs: number): Promise<number | null> {
  const script = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, ["--expose-gc", "--import", "tsx", script, "--read-from", String(from)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve) => {
    let seed = from;
    let since = Date.now();
    let hung = false;
    const timer = setInterval(() => {
      hung = Date.now() - since > HANG_MS;
      if (hung) child.kill("SIGKILL");
      else if (Date.now() > endMs) child.kill("SIGTERM");
    }, 200);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const told = JSON.parse(line) as Partial<Told> & { reading?: number };
      since = Date.now();
      if (told.reading !== undefined) seed = told.reading;
      else watch.note(told as Told);
    });
    child.on("close", (code) => {
      clearInterval(timer);
      if (hung) watch.fault(seed, `did not end within ${HANG_MS} ms`);
      else if (code !== 0) watch.fault(seed, `the reading process ended with ${code}`);
      resolve(Date.now() > endMs ? null : seed);
    });
  });
}

async function main(): Promise<void> {
  const only = numberOf("--only");
  const from = numberOf("--read-from");
  if (from !== undefined) return readOn(from);
  if (process.argv.includes("--long-lines")) return readLongLines();
  if (only !== undefined) {
    const folder = mkdtempSync(join(tmpdir(), "p4rca-fuzz-"));
    const told = await readOne(only, folder);
    rmSync(folder, { recursive: true, force: true });
    process.stdout.write(`${JSON.stringify(told, null, 1)}\n`);
    return;
  }
  const watch = new Watch();
  const long = ["--import", "tsx", fileURLToPath(import.meta.url), "--long-lines"];
  if (spawnSync(process.execPath, long, { stdio: "inherit" }).status !== 0) watch.faulty++;
  const endMs = Date.now() + (numberOf("--minutes") ?? 5) * 60_000;
  // Seeds far apart: two runs with neighbouring seeds must not try the same inputs.
  let seed: number | null = (numberOf("--seed") ?? 1) * 10_000_000;
  while (seed !== null) {
    const ended = await watched(watch, seed, endMs);
    seed = ended === null ? null : ended + 1;
  }
  process.stdout.write(watch.summary());
  process.exitCode = watch.faulty > 0 ? 1 : 0;
}

function numberOf(flag: string): number | undefined {
  const at = process.argv.indexOf(flag);
  return at < 0 ? undefined : Number(process.argv[at + 1]);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

await main();
