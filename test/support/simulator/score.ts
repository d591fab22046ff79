import { analyzeLocks } from "../../../src/analysis/locks/locks.js";
import type { CapturedLock, LockAnalysis, LockCluster } from "../../../src/contracts/lock-facts.js";
import type { Process } from "./engine.js";
import { lockInput } from "./evidence.js";
import { type Scenario, simulate } from "./scenarios.js";
import { type Truth, truthOf } from "./truth.js";
import type { World } from "./world.js";

export interface Score {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly captures: boolean;
  readonly rootsRight: boolean;
  /** Right only because a tie that lists the true root was accepted. */
  readonly byTie: boolean;
  readonly tieSize: number;
  readonly cyclesRight: boolean;
  readonly cycleCount: number;
  readonly victimsRight: boolean;
  readonly blockedMs: number;
  readonly trueBlockedMs: number;
  readonly note: string;
}

export function scoreGraph(scenario: Scenario, seed: number, captures: boolean): Score {
  const world = simulate(scenario, seed);
  const truth = truthOf(world, captures);
  const input = lockInput(world, captures);
  const analysis = analyzeLocks(input);
  const roots = judgeRoots(analysis, truth);
  const victims = judgeVictims(analysis, truth, world);
  const cycles = judgeCycles(analysis, input);
  return { scenario, seed, captures, ...roots, ...cycles, ...victims };
}

function nameOf(process: Process): string {
  return process.script.outside === true
    ? "outside"
    : `${process.script.pid} ${Math.floor(process.script.startMs / 1000)}`;
}

/** Holders outside the log have no start there; a bare pid of a capture or an unknown holder both mean "not in the log". */
function rootNames(cluster: LockCluster, analysis: LockAnalysis, base: number): string[] {
  return cluster.roots.map(({ actor }) => {
    const known = analysis.actors.get(actor);
    if (known === undefined || known.pid === null || known.commandId === null) return "outside";
    return `${known.pid} ${Math.floor(((known.startMs ?? 0) - base) / 1000)}`;
  });
}

const BASE = Date.UTC(2024, 2, 5, 9, 0, 0);

function judgeRoots(analysis: LockAnalysis, truth: Truth): Pick<Score, "rootsRight" | "byTie" | "tieSize" | "note"> {
  const must = new Set(truth.roots.map(nameOf));
  const may = new Set([...truth.minor].map(nameOf));
  const found = new Set<string>();
  const wrong: string[] = [];
  let byTie = false;
  let tieSize = 0;
  for (const cluster of analysis.clusters) {
    const names = rootNames(cluster, analysis, BASE);
    for (const name of names) found.add(name);
    const bad = names.filter((name) => !must.has(name) && !may.has(name));
    if (cluster.tie) {
      byTie = true;
      tieSize = Math.max(tieSize, names.length);
      if (bad.length === names.length) wrong.push(...bad);
    } else wrong.push(...bad);
  }
  const missed = [...must].filter((name) => !found.has(name));
  const note = [
    missed.length > 0 ? `missed ${missed.join(", ")}` : "",
    wrong.length > 0 ? `wrong ${wrong.join(", ")}` : "",
  ];
  const flagged = analysis.clusters.some((cluster) => cluster.convoy && cluster.victims.length >= 10);
  if (truth.convoy && !flagged) note.push("convoy not seen");
  const rootsRight = missed.length === 0 && wrong.length === 0 && (!truth.convoy || flagged);
  return { rootsRight, byTie: rootsRight && byTie, tieSize, note: note.filter((part) => part !== "").join("; ") };
}

const VICTIM_MS = 1000;
/** Nobody can tell from whole seconds whether a wait was 0.9 or 1.1 s traced. */
const CLOSE = [700, 1400] as const;

function judgeVictims(
  analysis: LockAnalysis,
  truth: Truth,
  world: World,
): Pick<Score, "victimsRight" | "blockedMs" | "trueBlockedMs"> {
  const found = foundVictims(analysis);
  const real = new Map<string, number>();
  const close = new Set<string>();
  for (const process of world.engine.processes) {
    const waited = process.waits.reduce((sum, wait) => sum + (wait.to - wait.from), 0);
    const lost = truth.lost.get(process) ?? 0;
    // What still waited at the end, or was killed, left no track output: that it waited can be known, how long cannot.
    if (process.endMs === null || (lost >= CLOSE[0] && lost < CLOSE[1])) close.add(nameOf(process));
    else if (lost >= VICTIM_MS) real.set(nameOf(process), waited);
  }
  const missed = [...real.keys()].some((name) => !found.has(name));
  const invented = [...found.keys()].some((name) => !real.has(name) && !close.has(name));
  const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
  const blockedMs = sum([...found].filter(([name]) => real.has(name)).map(([, ms]) => ms));
  return { victimsRight: !missed && !invented, blockedMs, trueBlockedMs: sum(real.values()) };
}

function foundVictims(analysis: LockAnalysis): Map<string, number> {
  const found = new Map<string, number>();
  for (const { actor: key, waitMs } of analysis.clusters.flatMap((cluster) => cluster.victims)) {
    const actor = analysis.actors.get(key);
    if (actor === undefined) continue;
    const name = `${actor.pid} ${Math.floor(((actor.startMs ?? 0) - BASE) / 1000)}`;
    found.set(name, (found.get(name) ?? 0) + waitMs);
  }
  return found;
}

/** Circles as anyone can find them in the rows: two pids that reach each other. */
function judgeCycles(
  analysis: LockAnalysis,
  input: ReturnType<typeof lockInput>,
): Pick<Score, "cyclesRight" | "cycleCount"> {
  const expected = new Set<string>();
  for (const captureId of new Set(input.capturedLocks.map((row) => row.captureId))) {
    const rows = input.capturedLocks.filter((row) => row.captureId === captureId);
    for (const group of mutual(waitsFor(rows))) expected.add(group);
  }
  const found = new Set<string>();
  for (const cluster of analysis.clusters) {
    for (const cycle of cluster.cycles) found.add(pidsText(cycle.map((key) => analysis.actors.get(key)?.pid ?? -1)));
  }
  const cyclesRight = [...expected].every((one) => found.has(one)) && [...found].every((one) => expected.has(one));
  return { cyclesRight, cycleCount: expected.size };
}

function waitsFor(rows: ReturnType<typeof lockInput>["capturedLocks"]): Map<number, Set<number>> {
  const edges = new Map<number, Set<number>>();
  for (const waiter of rows.filter((row) => row.waiting)) {
    const to = edges.get(waiter.pid) ?? new Set<number>();
    edges.set(waiter.pid, to);
    if (waiter.blockerPid !== null) to.add(waiter.blockerPid);
    for (const held of rows) {
      if (!held.waiting && fileOf(held) === fileOf(waiter) && (held.mode === "W" || waiter.mode === "W"))
        to.add(held.pid);
    }
    to.delete(waiter.pid);
  }
  return edges;
}

function fileOf(row: CapturedLock): string {
  return row.object ?? `inode ${row.inode}`;
}

/** By plain reachability: slow and obviously right. */
function mutual(edges: Map<number, Set<number>>): Set<string> {
  const reach = (from: number): Set<number> => {
    const seen = new Set<number>();
    const todo = [...(edges.get(from) ?? [])];
    for (let pid = todo.pop(); pid !== undefined; pid = todo.pop()) {
      if (seen.has(pid)) continue;
      seen.add(pid);
      todo.push(...(edges.get(pid) ?? []));
    }
    return seen;
  };
  const reached = new Map([...edges.keys()].map((pid) => [pid, reach(pid)]));
  const groups = new Set<string>();
  for (const [pid, seen] of reached) {
    if (!seen.has(pid)) continue;
    groups.add(pidsText([...seen].filter((other) => reached.get(other)?.has(pid) === true)));
  }
  return groups;
}

function pidsText(pids: readonly number[]): string {
  return [...pids].sort((a, b) => a - b).join(" ");
}
