import { z } from "zod";
import { least, most } from "../../base/extremes.js";
import type { Category } from "../../contracts/analysis.js";
import type { LockActor, LockAnalysis, LockCluster, RootFinding, VictimFinding } from "../../contracts/lock-facts.js";
import type { DetectContext, Fact, Signal } from "../../contracts/signal.js";

const wholeMs = z.number().int().nonnegative();
const count = z.number().int().positive();

/** When waiting is contention worth a signal: shared by the lock detectors, each with its own defaults. */
export const episodeSettings = (defaults: { waitMs: number; pileUp: number; loneWaitMs: number; crowdMs: number }) =>
  z.strictObject({
    waitMs: wholeMs.default(defaults.waitMs).describe("a wait this long counts as long"),
    pileUp: count
      .default(defaults.pileUp)
      .describe("commands that waited a second or more, or were seen waiting in a capture, for a long wait to count"),
    loneWaitMs: wholeMs.default(defaults.loneWaitMs).describe("a wait so long that one waiting command is enough"),
    crowdMs: wholeMs
      .default(defaults.crowdMs)
      .describe("sum of all waits from which many medium waits count although none is long"),
  });

export type EpisodeSettings = z.infer<ReturnType<typeof episodeSettings>>;

/** A cluster with what only the captures know of its waiters. */
export interface LockEpisode {
  readonly cluster: LockCluster;
  readonly root: RootFinding | null;
  readonly analysis: LockAnalysis;
}

/** One second of waiting makes a victim (CONTRACT section 2). */
export const VICTIM_WAIT_MS = 1000;

/**
 * The episodes of contention worth a signal, among the clusters of the given scopes: one per independent root that alone is
 * worth it; alternatives (tie), convoys and clusters with one root stay whole.
 */
export function episodesOf(
  context: DetectContext,
  serverId: number,
  scopes: readonly LockCluster["scope"][],
  settings: EpisodeSettings,
): LockEpisode[] {
  const analysis = context.locks(serverId);
  const seen = capturedWaiters(context, serverId);
  const passes = (episode: LockEpisode) => isContention(episode, seen, settings);
  return analysis.clusters
    .filter((cluster) => scopes.includes(cluster.scope))
    .flatMap((cluster) => {
      const parts = partsOf(cluster, analysis).filter(passes);
      if (parts.length > 0) return parts;
      const whole = { cluster, root: cluster.convoy ? null : (cluster.roots[0] ?? null), analysis };
      return passes(whole) ? [whole] : [];
    });
}

function partsOf(cluster: LockCluster, analysis: LockAnalysis): LockEpisode[] {
  if (cluster.roots.length < 2 || cluster.tie || cluster.convoy) return [];
  return cluster.roots.map((root, index) => ({ cluster: narrow(cluster, root, index), root, analysis }));
}

/** The part of a cluster that leads back to one root. */
function narrow(cluster: LockCluster, root: RootFinding, index: number): LockCluster {
  const victims = cluster.victims.filter((victim) => victim.root === root.actor);
  const names = new Set(victims.map((victim) => victim.actor));
  return {
    ...cluster,
    id: `${cluster.id}/${index + 1}`,
    fromMs: Math.min(least(victims.map((victim) => victim.fromMs)), cluster.toMs),
    toMs: Math.max(most(victims.map((victim) => victim.toMs)), cluster.fromMs),
    roots: [root],
    victims,
    edges: cluster.edges.filter((edge) => names.has(edge.blocked)),
    unexplainedMs: 0,
    avoidableMs: Math.min(root.avoidableMs ?? root.explainedMs, root.explainedMs),
  };
}

function isContention(episode: LockEpisode, seen: ReadonlyMap<number, number>, settings: EpisodeSettings): boolean {
  const waits = episode.cluster.victims.flatMap((victim) => {
    const pid = episode.analysis.actors.get(victim.actor)?.pid ?? null;
    const capturedMs = pid === null ? undefined : seen.get(pid);
    if (capturedMs === undefined && victim.waitMs < VICTIM_WAIT_MS) return [];
    return [Math.max(victim.waitMs, capturedMs ?? 0)];
  });
  const longest = Math.max(0, most(waits));
  const sum = waits.reduce((total, ms) => total + ms, 0);
  if (longest >= settings.loneWaitMs) return true;
  if (longest >= settings.waitMs && waits.length >= settings.pileUp) return true;
  return waits.length >= settings.pileUp && sum >= settings.crowdMs;
}

/**
 * Pids seen waiting in lslocks or `monitor show -L`, with how long their command had been running by then: the most that
 * a capture can say about the length of a wait. Without a monitor row: 0.
 */
function capturedWaiters(context: DetectContext, serverId: number): Map<number, number> {
  const elapsed = new Map<number, number>();
  for (const row of context.reader.capturedProcesses(serverId)) {
    elapsed.set(row.pid, Math.max(elapsed.get(row.pid) ?? 0, row.elapsedMs ?? 0));
  }
  const waiters = new Map<number, number>();
  for (const lock of context.reader.capturedLocks(serverId)) {
    if (lock.waiting) waiters.set(lock.pid, elapsed.get(lock.pid) ?? 0);
  }
  return waiters;
}

export function rootActor(episode: LockEpisode): LockActor | null {
  return episode.root === null ? null : (episode.analysis.actors.get(episode.root.actor) ?? null);
}

/** The signal of an episode. */
export function lockSignal(
  context: DetectContext,
  serverId: number,
  episode: LockEpisode,
  detector: string,
  category: Category,
): Signal {
  const commandId = rootActor(episode)?.commandId ?? null;
  return {
    detector,
    serverId,
    category,
    fromMs: episode.cluster.fromMs,
    toMs: episode.cluster.toMs,
    resource: resourceOf(episode),
    subject: commandId === null ? null : context.reader.command(commandId),
    cluster: episode.cluster,
    facts: longestWaitFact(episode),
    severity: null,
  };
}

function resourceOf(episode: LockEpisode): Signal["resource"] {
  const { root, cluster } = episode;
  const name = root?.object ?? mostWaitedFor(cluster.victims);
  const mode = root?.mode === "W" ? "write" : root?.mode === "R" ? "read" : null;
  if (cluster.scope === "client") return { kind: "client", name: name.slice(name.indexOf("/") + 1), mode };
  return { kind: name.includes("/") ? "lock" : "table", name, mode };
}

function mostWaitedFor(victims: readonly VictimFinding[]): string {
  const sums = new Map<string, number>();
  for (const victim of victims) sums.set(victim.object, (sums.get(victim.object) ?? 0) + victim.waitMs);
  return [...sums].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? "unknown";
}

function longestWaitFact(episode: LockEpisode): Fact[] {
  const longest = [...episode.cluster.victims].sort((a, b) => b.waitMs - a.waitMs)[0];
  const ref = longest?.refs[0];
  if (longest === undefined || ref === undefined) return [];
  const pid = episode.analysis.actors.get(longest.actor)?.pid ?? null;
  const text = `the longest wait was ${(longest.waitMs / 1000).toFixed(1)} s${pid === null ? "" : ` (pid ${pid})`}, for ${longest.object}`;
  return [{ text, value: longest.waitMs, unit: "ms", ref }];
}
