/**
 * Scores the lock graph on simulated servers: `npx tsx bench/graphs.ts --seed N --count 1000 [--show]`.
 * Each graph is judged twice: from the log alone, and with captures beside it.
 * `--waiters 20000` instead times wedges with that many waiters.
 */
import { parseArgs } from "node:util";
import { analyzeLocks } from "../src/analysis/locks/locks.js";
import { CROWD_END_MS, CROWDS, crowd } from "../test/support/crowd.js";
import { SCENARIOS, type Scenario } from "../test/support/simulator/scenarios.js";
import { type Score, scoreGraph } from "../test/support/simulator/score.js";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "1000" },
    only: { type: "string" },
    show: { type: "boolean", default: false },
    waiters: { type: "string" },
  },
});
if (values.waiters !== undefined) timeCrowds(Number(values.waiters));

const firstSeed = Number(values.seed) * 1_000_003;
const count = values.waiters === undefined ? Number(values.count) : 0;
const chosen: readonly Scenario[] = SCENARIOS.filter(
  (name) => values.only === undefined || values.only.split(",").includes(name),
);

const scores: Score[] = [];
for (let i = 0; i < count; i++) {
  const scenario = chosen[i % chosen.length];
  if (scenario === undefined) break;
  for (const captures of [true, false]) scores.push(scoreGraph(scenario, firstSeed + i, captures));
}

function timeCrowds(waiters: number): void {
  const wanted = values.only?.split(",") ?? CROWDS;
  for (const kind of CROWDS.filter((one) => wanted.includes(one))) {
    const commands = crowd(kind, waiters);
    const begin = performance.now();
    const found = analyzeLocks({ commands, capturedLocks: [], capturedProcesses: [], logEndMs: CROWD_END_MS });
    const ms = Math.round(performance.now() - begin);
    const rss = Math.round(process.memoryUsage().rss / 1e6);
    console.log(
      `${kind}: ${waiters} waiters in ${ms} ms, ${found.clusters[0]?.victims.length} victims, ${rss} MB resident`,
    );
  }
}

/** Wilson 95 % interval of a share, in percent. */
function wilson(hits: number, all: number): string {
  if (all === 0) return "      –";
  const z = 1.96;
  const p = hits / all;
  const middle = (p + (z * z) / (2 * all)) / (1 + (z * z) / all);
  const half = (z / (1 + (z * z) / all)) * Math.sqrt((p * (1 - p)) / all + (z * z) / (4 * all * all));
  const percent = (value: number) => (100 * Math.max(0, Math.min(1, value))).toFixed(1);
  return `${percent(p).padStart(5)} [${percent(middle - half)}, ${percent(middle + half)}]`;
}

function line(title: string, own: readonly Score[]): string {
  const cells = [true, false].map((captures) => {
    const some = own.filter((score) => score.captures === captures);
    const right = some.filter((score) => score.rootsRight).length;
    const ties = some.filter((score) => score.byTie).length;
    const victims = some.filter((score) => score.victimsRight).length;
    const real = some.reduce((sum, score) => sum + score.trueBlockedMs, 0);
    const error = some.reduce((sum, score) => sum + Math.abs(score.blockedMs - score.trueBlockedMs), 0);
    const blocked = real > 0 ? `${((100 * error) / real).toFixed(1)}%` : "–";
    return `${wilson(right, some.length)} ties ${String(ties).padStart(3)} victims ${((100 * victims) / Math.max(1, some.length)).toFixed(0).padStart(3)}% s±${blocked.padEnd(6)}`;
  });
  const circles = own.filter((score) => score.captures && score.cycleCount > 0);
  const circleText =
    circles.length === 0 ? "" : ` circles ${circles.filter((score) => score.cyclesRight).length}/${circles.length}`;
  return `${title.padEnd(15)} ${cells.join(" | ")}${circleText}`;
}

if (count > 0) report();

function report(): void {
  console.log(`seed ${values.seed}, ${count} graphs; right roots % [95 % interval], with captures | log alone`);
  for (const scenario of chosen)
    console.log(
      line(
        scenario,
        scores.filter((score) => score.scenario === scenario),
      ),
    );
  console.log(line("all", scores));
  const tied = scores.filter((score) => score.tieSize > 0);
  if (tied.length > 0)
    console.log(
      `ties: ${tied.length}, mean size ${(tied.reduce((sum, score) => sum + score.tieSize, 0) / tied.length).toFixed(1)}`,
    );
  if (values.show) {
    for (const score of scores) {
      if (!score.rootsRight || !score.cyclesRight)
        console.log(
          `${score.scenario} ${score.seed} captures=${score.captures}: ${score.note} cycles=${score.cyclesRight}`,
        );
    }
  }
}
