import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DEFAULT_MIX, writeLog } from "./generate-log.js";

/**
 * Measures `p4rca ingest` as a user runs it, on a generated P4LOG: tsx bench/ingest.ts [MEGABYTES] [RUNS] [--record NAME].
 * Wall time, CPU seconds and peak memory are the whole process's. `--record` keeps the table in bench/results/NAME.md.
 */
async function main(): Promise<void> {
  const plain = process.argv.slice(2).filter((word, i, all) => word !== "--record" && all[i - 1] !== "--record");
  const recordAt = process.argv.indexOf("--record");
  const megabytes = Number(plain[0] ?? 300);
  const runs = Number(plain[1] ?? 3);
  const folder = mkdtempSync(join(tmpdir(), "p4rca-bench-"));
  try {
    const log = join(folder, "log");
    await writeLog(log, { ...DEFAULT_MIX, bytes: megabytes * 1e6 });
    const rows = [];
    for (let run = 1; run <= runs; run++) rows.push(await measure(log, join(folder, `case-${run}.sqlite`)));
    const table = render(statSync(log).size, rows);
    process.stdout.write(table);
    const name = recordAt < 0 ? undefined : process.argv[recordAt + 1];
    if (name !== undefined) record(name, table);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Measurement {
  readonly wallS: number;
  readonly cpuS: number;
  readonly peakMb: number;
  readonly caseBytes: number;
}

async function measure(log: string, caseFile: string): Promise<Measurement> {
  const bin = fileURLToPath(new URL("../bin/p4rca.js", import.meta.url));
  const from = process.hrtime.bigint();
  const child = spawn(process.execPath, [bin, "ingest", log, "--case", caseFile, "--quiet"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  let last = { cpuS: 0, peakMb: 0 };
  // Linux keeps the peak itself, so the last look before the end tells it; CPU time is short by at most one interval.
  const timer = setInterval(() => {
    last = lookAt(child.pid) ?? last;
  }, 20);
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`p4rca ingest ended with ${code}`);
  const wallS = Number(process.hrtime.bigint() - from) / 1e9;
  return { wallS, ...last, caseBytes: statSync(caseFile).size };
}

function lookAt(pid: number | undefined): { cpuS: number; peakMb: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    const peakKb = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
    // utime and stime are fields 14 and 15 of proc(5), in hundredths of a second.
    return peakKb > 0 ? { cpuS: (Number(fields[11]) + Number(fields[12])) / 100, peakMb: peakKb / 1024 } : undefined;
  } catch {
    return undefined;
  }
}

function render(logBytes: number, rows: readonly Measurement[]): string {
  const lines = rows.map((row, i) => {
    const speed = logBytes / 1e6 / row.wallS;
    const share = row.caseBytes / logBytes;
    const cells = [
      row.wallS.toFixed(2),
      row.cpuS.toFixed(2),
      speed.toFixed(0),
      row.peakMb.toFixed(0),
      share.toFixed(2),
    ];
    return `| ${i + 1} | ${cells.join(" | ")} |`;
  });
  const head = ["| run | wall s | CPU s | MB/s | peak MB | case / log |", "|---|---|---|---|---|---|"];
  return `${[`Log: ${(logBytes / 1e6).toFixed(0)} MB, seed ${DEFAULT_MIX.seed}.`, "", ...head, ...lines].join("\n")}\n`;
}

function record(name: string, table: string): void {
  const folder = fileURLToPath(new URL("results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const processors = cpus();
  const machine = `${processors.length} × ${processors[0]?.model ?? "unknown CPU"}, Node ${process.version}`;
  writeFileSync(join(folder, `${name}.md`), `# p4rca ingest, ${name}\n\n${machine}\n\n${table}`);
}

await main();
