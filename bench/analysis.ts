import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { CROWDS } from "../test/support/crowd.js";
import { DAYS, makeCase } from "./analysis/cases.js";
import { type Answer, askGraph, askHelp, askReport, askWindow } from "./analysis/questions.js";
import { commitName } from "./commit-name.js";
import { DEFAULT_MIX, writeLog } from "./generate-log.js";
import type { Measurement } from "./ingest/measure.js";

/**
 * Measures what comes after reading (from dist/): detectors, lock graph and report of generated cases, the graph of a
 * crowd, `--help`, and a window of a large log:
 *
 *   npm run bench:analysis -- [--commands 1000000] [--waiters 20000] [--window-gb 0] [--runs 3] [--record NAME]
 *
 * Temporary files take 2.5 kB a command in TMPDIR, and the size of the window's log. `--record` keeps the result in
 * bench/results/NAME.md.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      commands: { type: "string", default: "1000000" },
      waiters: { type: "string", default: "20000" },
      "window-gb": { type: "string", default: "0" },
      runs: { type: "string", default: "3" },
      record: { type: "string" },
    },
  });
  const head = machineFacts();
  const answers: Answer[] = [await askHelp()];
  for (const kind of CROWDS) answers.push(await askGraph(Number(values.waiters), kind));
  const folder = mkdtempSync(join(tmpdir(), "p4rca-bench-"));
  try {
    for (const name of Object.keys(DAYS)) {
      const made = await makeCase(folder, name, Number(values.commands));
      answers.push(await askReport(made, Number(values.runs)));
      rmSync(made.path);
    }
    const windowBytes = Number(values["window-gb"]) * 1e9;
    if (windowBytes > 0) answers.push(await windowOf(folder, windowBytes));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const text = `${head}, ${values.commands} commands with five table rows each\n\n${table(answers)}`;
  process.stdout.write(text);
  if (values.record !== undefined) record(values.record, text);
}

async function windowOf(folder: string, bytes: number): Promise<Answer> {
  const log = join(folder, "log");
  await writeLog(log, { ...DEFAULT_MIX, tables: 5, calm: true, bytes });
  return askWindow(log, folder, timeInTheMiddle(log));
}

/** The first time that stands behind the middle of a log, as if it were UTC. */
function timeInTheMiddle(log: string): number {
  const bytes = Buffer.alloc(1 << 16);
  const file = openSync(log, "r");
  readSync(file, bytes, 0, bytes.length, Math.floor(statSync(log).size / 2));
  closeSync(file);
  const [, date = "", time = ""] =
    /\t(\d{4}\/\d\d\/\d\d) (\d\d:\d\d):\d\d pid \d+ completed /.exec(bytes.toString("latin1")) ?? []; // \t2024/03/05 14:07:03 pid 31024 completed
  return Date.parse(`${date.replaceAll("/", "-")}T${time}:00Z`);
}

function table(answers: readonly Answer[]): string {
  const head = ["| what | aim | wall s | user s | system s | peak MB | |", "|---|---|---|---|---|---|---|"];
  const lines = answers.map(({ question, aim, runs, note }) => {
    const middle = (pick: (run: Measurement) => number, digits: number) => median(runs.map(pick)).toFixed(digits);
    const cells = [middle((run) => run.wallS, 2), middle((run) => run.userS, 2), middle((run) => run.systemS, 2)];
    return `| ${[question, aim, ...cells, middle((run) => run.peakMb, 0), note].join(" | ")} |`;
  });
  return `${[...head, ...lines].join("\n")}\n`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function machineFacts(): string {
  const processors = cpus();
  const machine = `${processors.length} × ${processors[0]?.model ?? "unknown CPU"}, ${(totalmem() / 1e9).toFixed(0)} GB`;
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, commit ${commitName()}, ${machine}, load ${loadavg()[0]?.toFixed(1)} before, Node ${process.version}; medians`;
}

function record(name: string, text: string): void {
  const folder = fileURLToPath(new URL("results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${name}.md`, `# p4rca analysis, ${name}\n\n${text}`);
}

await main();
