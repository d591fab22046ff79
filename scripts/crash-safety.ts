import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commitName } from "../bench/commit-name.js";
import {
  contentOf,
  crashLogs,
  fingerprintOf,
  ingestOnSmallDisk,
  integrityOf,
  runIngest,
  tracedInputs,
  whyNoSmallDisk,
} from "../test/support/crash-run.js";
import { Random } from "../test/support/simulator/random.js";

/**
 * Kills `p4rca ingest` (the built one) and lets it run into a full disk at random points; each time the case must be
 * whole and the next run must end with the case of a run that nothing happened to: docs/robustness.md.
 *
 *   npx tsx scripts/crash-safety.ts [--points 200] [--seed 1] [--megabytes 6] [--record NAME]
 */
interface Clean {
  readonly content: string;
  readonly caseBytes: number;
  /** From the start of the process to its end, and to the moment its case appears. */
  readonly wallMs: number;
  readonly caseAfterMs: number;
}

interface Tally {
  readonly faults: string[];
  readonly counts: Map<string, number>;
}

class CrashTest {
  readonly tally: Tally = { faults: [], counts: new Map() };
  private readonly dice: Random;
  private runs = 0;

  constructor(
    private readonly folder: string,
    private readonly paths: readonly string[],
    seed: number,
  ) {
    this.dice = new Random(seed);
  }

  /** The quickest of three runs: on a busy machine a slow one would put many kills behind the end of the others. */
  async clean(): Promise<Clean> {
    const spanMs = ({ wallMs, caseAfterMs }: Clean) => wallMs - caseAfterMs;
    const runs = [await this.cleanRun(), await this.cleanRun(), await this.cleanRun()];
    return runs.reduce((best, run) => (spanMs(run) < spanMs(best) ? run : best));
  }

  private async cleanRun(): Promise<Clean> {
    const casePath = this.newCase();
    const { code, wallMs, caseAfterMs, stderr } = await runIngest(casePath, this.paths, null);
    if (code !== 0) throw new Error(`the ingest itself fails: ${stderr}`);
    return {
      ...{ content: contentOf(casePath), caseBytes: statSync(casePath).size },
      ...{ wallMs, caseAfterMs: caseAfterMs ?? wallMs },
    };
  }

  /** Points spread over the whole time of writing; every fourth is killed once more while it resumes. */
  async kills(points: number, clean: Clean): Promise<void> {
    const span = (clean.wallMs - clean.caseAfterMs) * 1.05;
    for (let point = 0; point < points; point++) {
      const casePath = this.newCase();
      const times = point % 4 === 3 ? 2 : 1;
      for (let time = 0; time < times; time++) {
        const at = time === 0 ? (span * (point + this.dice.next())) / points : this.dice.between(0, span);
        const { killed } = await runIngest(casePath, this.paths, at);
        this.count(killed ? "killed" : "done before the kill");
        this.integrity(casePath, `killed after ${at.toFixed(0)} ms`);
      }
      await this.resumed(casePath, clean, `kill point ${point}`);
    }
  }

  /** Sizes from next to nothing to more than the case, its log and its part file need together. */
  async fullDisks(points: number, clean: Clean): Promise<void> {
    for (let point = 0; point < points; point++) {
      const kibibytes = 16 + Math.floor(((point + this.dice.next()) / points) * 3.4 * (clean.caseBytes / 1024));
      const folder = join(this.folder, `disk-${point}`);
      const { code, stderr, casePath } = ingestOnSmallDisk(kibibytes, folder, this.paths);
      this.count(code === 0 ? "disk large enough" : "disk full");
      if (code !== 0 && !(code === 2 && stderr.includes("no space left"))) {
        this.fault(`disk of ${kibibytes} KiB: exit ${code}, ${stderr.trim().slice(0, 300)}`);
      }
      this.integrity(casePath, `disk of ${kibibytes} KiB`);
      await this.resumed(casePath, clean, `disk of ${kibibytes} KiB`);
      rmSync(folder, { recursive: true });
    }
  }

  fault(text: string): void {
    this.tally.faults.push(text);
    process.stdout.write(`FAULT ${text}\n`);
  }

  newCase(): string {
    return join(this.folder, `case-${this.runs++}.sqlite`);
  }

  private integrity(casePath: string, when: string): void {
    const found = integrityOf(casePath);
    if (found === "none") this.count("before there was a case");
    else if (found !== "ok") this.fault(`${when}: integrity_check says ${found}`);
  }

  private async resumed(casePath: string, clean: Clean, when: string): Promise<void> {
    const { code, stderr } = await runIngest(casePath, this.paths, null);
    if (code !== 0) this.fault(`${when}: the next run ends with ${code}: ${stderr.trim().slice(0, 300)}`);
    else if (contentOf(casePath) !== clean.content) this.fault(`${when}: the next run ends with another case`);
    else if (integrityOf(casePath) !== "ok") this.fault(`${when}: integrity_check after the next run`);
    else this.count("resumed to the case of a clean run");
    for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(casePath + end, { force: true });
  }

  private count(what: string): void {
    this.tally.counts.set(what, (this.tally.counts.get(what) ?? 0) + 1);
  }
}

async function main(): Promise<void> {
  const points = numberOf("--points") ?? 200;
  const seed = numberOf("--seed") ?? 1;
  const megabytes = numberOf("--megabytes") ?? 6;
  const facts = machineFacts();
  const folder = mkdtempSync(join(tmpdir(), "p4rca-crash-"));
  try {
    const paths = crashLogs(join(folder, "logs"), megabytes);
    const before = fingerprintOf(paths);
    const test = new CrashTest(folder, paths, seed);
    const clean = await test.clean();
    await test.kills(points, clean);
    const noDisk = whyNoSmallDisk(join(folder, "try"));
    if (noDisk === null) await test.fullDisks(points, clean);
    const traced = trace(test, paths, join(folder, "trace"));
    const inputs = fingerprintOf(paths) === before ? ["inputs: same bytes and times as before"] : [];
    if (inputs.length === 0) test.fault("an input changed");
    const head = `${points} points each, seed ${seed}, ${megabytes} MB of log in three rotations (one run: ${clean.wallMs.toFixed(0)} ms)`;
    const disk = noDisk === null ? [] : [`full disk: not tried, ${noDisk}`];
    const text = `${facts}\n\n${render([head, ...counted(test.tally), ...disk, traced, ...inputs], test.tally)}`;
    process.stdout.write(text);
    record(text);
    process.exitCode = test.tally.faults.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** No input may be opened for writing, not even for a moment. */
function trace(test: CrashTest, paths: readonly string[], traceFile: string): string {
  const traced = tracedInputs(test.newCase(), paths, traceFile);
  if (traced === null) return "strace: not here, or it may not trace; not checked";
  for (const call of traced.writing) test.fault(`an input is changed: ${call}`);
  if (traced.opened < paths.length) test.fault(`strace saw ${traced.opened} opens of ${paths.length} inputs`);
  return `strace: inputs opened ${traced.opened} times, ${traced.writing.length} times for writing`;
}

function counted({ counts }: Tally): string[] {
  return [...counts].map(([what, count]) => `${what}: ${count}`);
}

function render(lines: readonly string[], { faults }: Tally): string {
  const end = faults.length === 0 ? ["faults: none"] : faults.map((fault) => `FAULT ${fault}`);
  return `${[...lines, ...end].map((line) => `- ${line}`).join("\n")}\n`;
}

function record(text: string): void {
  const at = process.argv.indexOf("--record");
  const name = at < 0 ? undefined : process.argv[at + 1];
  if (name === undefined) return;
  const folder = fileURLToPath(new URL("../bench/results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.md`), `# Crash safety of p4rca ingest, ${name}\n\n${text}`);
}

function machineFacts(): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown CPU"}, load ${loadavg()[0]?.toFixed(1)} before`;
  return `${new Date().toISOString().slice(0, 10)}, commit ${commitName()}, ${machine}, Node ${process.version}`;
}

function numberOf(flag: string): number | undefined {
  const at = process.argv.indexOf(flag);
  return at < 0 ? undefined : Number(process.argv[at + 1]);
}

await main();
