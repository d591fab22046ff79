import { z } from "zod";
import { classify, isInteractive, isParallelTransfer, timeBudget } from "../../../base/perforce-command.js";
import type { CommandFact } from "../../../contracts/case-reader.js";
import type { DetectContext, Detector, Fact, Signal } from "../../../contracts/signal.js";
import { baselineOf, outOfOrdinary } from "../baseline.js";
import { fact, hostSignal } from "../host-signal.js";
import { loadCurve, type Stretch, stretchesAbove } from "../load-curve.js";
import { clock, plural, span } from "../words.js";

const positive = z.number().positive();
const settingsSchema = z.strictObject({
  sigmas: positive
    .default(6)
    .describe("open commands this many standard deviations above the log's own median pile up"),
  times: positive.default(4).describe("and at least this many times the median"),
  atLeast: z.number().int().positive().default(20).describe("and at least this many"),
  stuckMs: z.number().int().positive().default(10_000).describe("a command open this long without getting on is stuck"),
});
type Settings = z.infer<typeof settingsSchema>;

const GAP_MS = 30_000;
const MOST_COMMANDS = 5000;

/** Commands do not come back. Never a cause: it says that something is wrong, and when. */
export const commandPileUp: Detector<Settings> = {
  id: "command-pile-up",
  title: "Command pile-up",
  question: "Were far more commands open than usual, most of them without getting on?",
  needs: ["command-start", "command-completion"],
  settings: settingsSchema,
  falseAlarms:
    "It is a symptom, told as info and as part of whatever explains it. Never counted: crowds that send or compute (a farm that syncs, a parallel sync), open forms, background work.",
  source:
    "A wedge shows as a running count that climbs until something lets go (Perforce KB 2514; the active threads lines of the log). Spread: median absolute deviation of the count every 10 s.",
  *detect(context, serverId, settings) {
    const points = runningEach(context, serverId);
    const baseline = baselineOf(points.map(({ value }) => value));
    if (baseline === null) return;
    const { stepMs } = loadCurve(context.reader, serverId);
    for (const stretch of stretchesAbove(points, outOfOrdinary(baseline, settings), stepMs, GAP_MS)) {
      const signal = pileUp(context, serverId, stretch, points, baseline.usual, settings);
      if (signal !== null) yield signal;
    }
  },
};

interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** How many were open at the end of each bucket of the load curve. */
function runningEach({ reader }: DetectContext, serverId: number): Point[] {
  const window = reader.window(serverId);
  if (window === null) return [];
  const curve = reader.runningCurve(serverId, window.firstMs, window.lastMs);
  const { buckets, stepMs } = loadCurve(reader, serverId);
  let next = 0;
  let running = 0;
  return buckets.map(({ atMs }) => {
    for (let point = curve[next]; point !== undefined && point.atMs < atMs + stepMs; point = curve[next]) {
      running = point.running;
      next++;
    }
    return { atMs, value: running };
  });
}

function pileUp(
  context: DetectContext,
  serverId: number,
  stretch: Stretch,
  points: readonly Point[],
  usual: number,
  { stuckMs }: Settings,
): Signal | null {
  const { stepMs } = loadCurve(context.reader, serverId);
  const peak = points
    .filter(({ atMs }) => atMs >= stretch.fromMs && atMs < stretch.toMs)
    .reduce((most, point) => (point.value > most.value ? point : most));
  const peakMs = peak.atMs + stepMs - 1000;
  const open = context.reader
    .commandsDuring(serverId, peakMs, peakMs, MOST_COMMANDS)
    .filter(({ cmd, args }) => classify(cmd, args) !== "background" && !isInteractive(cmd, args));
  const stuck = open.filter((command) => isStuck(command, peakMs, stuckMs));
  if (stuck.length * 2 < open.length || stuck.length === 0) return null;
  return hostSignal({
    detector: "command-pile-up",
    serverId,
    category: "connection-storm",
    kind: "symptom",
    ...stretch,
    resource: { kind: "server", name: "running commands" },
    facts: facts(stretch, peak, peakMs, usual, stuck),
    severity: "info",
  });
}

/** It waits for a lock, a pause or a trigger, or nothing says what it does. */
function isStuck(command: CommandFact, atMs: number, stuckMs: number): boolean {
  if (isParallelTransfer(command.cmd, command.args)) return false;
  const budget = timeBudget(command);
  if (budget === null) return atMs - command.startMs >= stuckMs;
  return budget.lapseMs >= stuckMs && budget.dominant !== "peer" && budget.dominant !== "cpu";
}

function facts(
  { fromMs, toMs }: Stretch,
  peak: Point,
  peakMs: number,
  usual: number,
  stuck: readonly CommandFact[],
): Fact[] {
  const oldest = stuck[0];
  if (oldest === undefined) return [];
  const words = `${peak.value} commands were open at ${clock(peakMs)}, usual are ${usual}; ${plural(stuck.length, "command")} of them did not get on (${span(fromMs, toMs)})`;
  return [fact(words, peak.value, "commands", oldest.ref)];
}
