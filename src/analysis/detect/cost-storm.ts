import { most } from "../../base/extremes.js";
import { classify, verbOf } from "../../base/perforce-command.js";
import type { CommandFact } from "../../contracts/case-reader.js";
import type { DetectContext, Fact, Signal } from "../../contracts/signal.js";
import { groupSignatures, originOf, patternOf, periodOf, type SignatureGroup } from "./command-signature.js";
import { fact, hostSignal } from "./host-signal.js";
import { hasLockTrouble, loadCurve, type Stretch } from "./load-curve.js";
import { harmOf, ownTime, slowdownDuring, slowdownFact } from "./slowdown.js";
import { plural, quote, seconds, span } from "./words.js";

export interface CostSettings {
  readonly share: number;
  readonly costlyMs: number;
  readonly costlyRuns: number;
  readonly costlyAtOnce: number;
  readonly floodAtOnce: number;
}

const MOST_SIGNATURES = 2000;
const MOST_COMMANDS = 5000;

/** The same expensive question from several machines or again and again: each alone is harmless, all together are not. */
export function* costStorms(context: DetectContext, serverId: number, settings: CostSettings): Iterable<Signal> {
  const window = context.reader.window(serverId);
  if (window === null) return;
  const signatures = context.reader
    .signatures(serverId, window.firstMs, window.lastMs, 1, MOST_SIGNATURES)
    .filter(({ cmd, pattern }) => classify(cmd, pattern) === "report");
  for (const group of groupSignatures(signatures, ({ app, cmd, pattern }) => `${app}\0${cmd}\0${pattern}`)) {
    if (group.count < settings.costlyRuns || group.totalLapseMs < settings.costlyMs * group.count) continue;
    const runs = runsOf(context, serverId, group);
    const stretch = stretchOf(runs);
    if (stretch === null || !isStorm(context, serverId, runs, stretch, settings)) continue;
    yield stormSignal(context, serverId, stretch, group, runs, isFlood(runs, stretch, settings));
  }
}

function runsOf({ reader }: DetectContext, serverId: number, { members }: SignatureGroup): CommandFact[] {
  const first = members[0];
  if (first === undefined) return [];
  return reader
    .commandsNamed(serverId, [first.cmd], MOST_COMMANDS)
    .filter(({ app, args, lapseMs }) => lapseMs !== null && app === first.app && patternOf(args) === first.pattern)
    .sort((a, b) => a.startMs - b.startMs);
}

function stretchOf(runs: readonly CommandFact[]): Stretch | null {
  const first = runs[0];
  if (first === undefined) return null;
  return { fromMs: first.startMs, toMs: most(runs.map(endOf)) };
}

function endOf({ endMs, startMs, lapseMs }: CommandFact): number {
  return endMs ?? startMs + (lapseMs ?? 0);
}

/** Costly each, repeated by the same origin, several at any time, and most of what the server itself had to do. */
function isStorm(
  context: DetectContext,
  serverId: number,
  runs: readonly CommandFact[],
  stretch: Stretch,
  settings: CostSettings,
): boolean {
  const ownMs = runs.reduce((sum, run) => sum + ownTime(run), 0);
  if (runs.length < settings.costlyRuns || ownMs < settings.costlyMs * runs.length) return false;
  if (ownMs < settings.costlyAtOnce * (stretch.toMs - stretch.fromMs) || periodOf(runs) === null) return false;
  const { buckets, stepMs } = loadCurve(context.reader, serverId);
  const allMs = buckets
    .filter(({ atMs }) => atMs + stepMs > stretch.fromMs && atMs < stretch.toMs)
    .reduce((sum, { lapseMs, lockWaitMs, peerMs, pausedMs, triggerMs }) => {
      return sum + Math.max(0, lapseMs - lockWaitMs - peerMs - pausedMs - triggerMs);
    }, 0);
  return ownMs >= allMs * settings.share;
}

/** A million rows is a scan of a big table (incident taxonomy 6); several of them at any time keep as many cores busy. */
const SCAN_ROWS = 1_000_000;

function isFlood(runs: readonly CommandFact[], { fromMs, toMs }: Stretch, { floodAtOnce }: CostSettings): boolean {
  const ownMs = runs.reduce((sum, run) => sum + ownTime(run), 0);
  const scans = runs.filter(({ scanRows }) => scanRows >= SCAN_ROWS).length;
  return ownMs >= floodAtOnce * (toMs - fromMs) && scans * 2 >= runs.length;
}

function stormSignal(
  context: DetectContext,
  serverId: number,
  stretch: Stretch,
  group: SignatureGroup,
  runs: readonly CommandFact[],
  flood: boolean,
): Signal {
  const ids = new Set(runs.map((run) => run.commandId));
  const slow = slowdownDuring(context.reader, serverId, stretch, (command) => ids.has(command.commandId));
  const symptom = hasLockTrouble(context, serverId, stretch);
  const [longest] = [...runs].sort((a, b) => ownTime(b) - ownTime(a));
  return hostSignal({
    detector: "polling-storm",
    serverId,
    category: "connection-storm",
    kind: "cost",
    ...stretch,
    resource: { kind: "client", name: group.members[0]?.app ?? "" },
    facts: [...costFacts(runs, stretch), ...(slow === null ? [] : slowdownFact(slow, stretch))],
    severity: symptom || (slow === null && !flood) ? "info" : slow === null ? null : "major",
    subject: longest ?? null,
    harmed: slow === null ? [] : harmOf(slow.slow),
  });
}

function costFacts(runs: readonly CommandFact[], { fromMs, toMs }: Stretch): Fact[] {
  const [longest] = [...runs].sort((a, b) => ownTime(b) - ownTime(a));
  if (longest === undefined) return [];
  const ownMs = runs.reduce((sum, run) => sum + ownTime(run), 0);
  const origins = new Set(runs.map(originOf)).size;
  const what = `${verbOf(longest.cmd)} ${quote(patternOf(longest.args), 80)} ran ${runs.length} times ${span(fromMs, toMs)}`;
  const atOnce = (ownMs / Math.max(toMs - fromMs, 1)).toFixed(1);
  const often = `${plural(origins, "workspace")} asked for it, each about every ${seconds(periodOf(runs) ?? 0)}`;
  return [
    fact(
      `${what}, ${seconds(ownMs)} of the server's own work: ${atOnce} of them at any time`,
      ownMs,
      "ms",
      longest.ref,
    ),
    fact(`${often}, with ${quote(longest.app, 60)}`, origins, "workspaces", longest.ref),
  ];
}
