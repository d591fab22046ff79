import { fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type PlannedCase, planCases } from "../test/support/incidents/plan-cases.js";
import { commitName } from "./commit-name.js";
import { caseText, scorecardText } from "./rca/print.js";
import { runCase, type ScoredCase } from "./rca/run-case.js";
import { isRight, type Scorecard, scorecardOf } from "./rca/scorecard.js";

/**
 * Makes labelled incidents, runs each through the whole pipeline and scores the answers:
 *
 *   npm run bench:rca -- --seed N [--count 500] [--only KIND,CASE,FAMILY] [--show] [--keep DIR] [--record NAME] [--workers 2]
 *
 * `--show` prints every case that was answered wrong, with the line that repeats it; for a single case, always.
 * `--record` writes eval/results/NAME.json and .txt.
 */
interface Request {
  readonly seed: number;
  readonly count: number;
  readonly only: readonly string[];
  readonly show: boolean;
  readonly keep: string | null;
  readonly record: string | null;
  readonly workers: number;
}

async function main(): Promise<void> {
  if (process.send !== undefined) return work();
  const request = readRequest();
  const begin = Date.now();
  const cases = await runAll(planCases(request.seed, request.count, request.only), request);
  const card = scorecardOf(cases);
  const wrong = cases.filter((one) => !isRight(one) || request.only.includes(one.id));
  if (request.show) for (const one of wrong) process.stdout.write(`${caseText(one, request.seed)}\n`);
  const text = summary(request, cases, card, Date.now() - begin);
  process.stdout.write(text);
  if (request.record !== null) record(request, request.record, card, text, cases);
}

function readRequest(): Request {
  const { values } = parseArgs({
    options: {
      seed: { type: "string" },
      count: { type: "string", default: "500" },
      only: { type: "string", default: "" },
      show: { type: "boolean", default: false },
      keep: { type: "string" },
      record: { type: "string" },
      workers: { type: "string", default: "2" },
    },
  });
  if (values.seed === undefined)
    throw new Error("--seed N is needed: a score is only worth something on a seed nobody tuned to");
  const only = values.only.split(",").filter((name) => name !== "");
  const singles = only.length > 0 && only.every((name) => /-\d+$/.test(name)); // wedge-label-3
  return {
    seed: Number(values.seed),
    count: singles ? 0 : Number(values.count),
    only,
    show: values.show,
    keep: values.keep ?? null,
    record: values.record ?? null,
    workers: Number(values.workers),
  };
}

/** Cases go one by one to the next free process, so that both cores are busy to the end. */
async function runAll(planned: readonly PlannedCase[], { workers, keep }: Request): Promise<ScoredCase[]> {
  if (workers <= 1 || planned.length < 4) {
    const cases: ScoredCase[] = [];
    for (const one of planned) cases.push(await runCase(one, keep));
    return cases;
  }
  const results = new Map<string, ScoredCase>();
  const queue = [...planned];
  await Promise.all(Array.from({ length: workers }, () => feed(queue, keep, (one) => results.set(one.id, one))));
  return planned.flatMap((one) => results.get(one.id) ?? []);
}

function feed(queue: PlannedCase[], keep: string | null, done: (one: ScoredCase) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [], { execArgv: process.execArgv });
    const next = () => {
      const planned = queue.shift();
      if (planned === undefined) child.disconnect();
      else child.send({ planned, keep });
    };
    child.on("message", (message: { scored?: ScoredCase; failed?: string }) => {
      if (message.scored === undefined) reject(new Error(message.failed));
      else done(message.scored);
      next();
    });
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
    next();
  });
}

function work(): void {
  process.on("message", async ({ planned, keep }: { planned: PlannedCase; keep: string | null }) => {
    try {
      process.send?.({ scored: await runCase(planned, keep) });
    } catch (error) {
      process.send?.({ failed: `${planned.id}: ${error instanceof Error ? (error.stack ?? error.message) : error}` });
    }
  });
}

function summary(request: Request, cases: readonly ScoredCase[], card: Scorecard, wallMs: number): string {
  const largest = Math.max(...cases.map((one) => one.bytes)) / 1e6;
  const mean = (pick: (one: ScoredCase) => number) => cases.reduce((sum, one) => sum + pick(one), 0) / cases.length;
  const head = [
    `${cases.length} simulated cases, seed ${request.seed}, commit ${commitName()}, Node ${process.version}`,
    `${(wallMs / 60_000).toFixed(1)} min with ${request.workers} processes; per case ${mean((one) => one.makeMs).toFixed(0)} ms to make, ${mean((one) => one.analyzeMs).toFixed(0)} ms to analyse; largest ${largest.toFixed(1)} MB`,
    "",
  ];
  return `${head.join("\n")}\n${scorecardText(card)}`;
}

function record(request: Request, name: string, card: Scorecard, text: string, cases: readonly ScoredCase[]): void {
  const folder = fileURLToPath(new URL("../eval/results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const wrong = cases.filter((one) => !isRight(one)).map((one) => one.id);
  const about = { seed: request.seed, commit: commitName(), simulated: true, only: request.only, wrong };
  writeFileSync(`${folder}${name}.json`, `${JSON.stringify({ ...about, ...card }, null, 2)}\n`);
  writeFileSync(`${folder}${name}.txt`, text);
}

await main();
