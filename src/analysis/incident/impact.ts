import { most } from "../../base/extremes.js";
import type { ImpactFacts } from "../../contracts/incident-draft.js";
import type { RootFinding, VictimFinding } from "../../contracts/lock-facts.js";
import type { DetectContext, Signal } from "../../contracts/signal.js";

/** A victim waited at least a second (CONTRACT section 2). */
const VICTIM_WAIT_MS = 1000;

/**
 * The victims of a group, each once, longest wait first: traced to the root where one is named, all of the cluster where
 * none is. A waiter known from a single capture has no measured wait and still counts: it was seen waiting.
 */
export function victimsOf(group: readonly Signal[], root: RootFinding | null, context: DetectContext): VictimFinding[] {
  const best = new Map<string, VictimFinding>();
  for (const { cluster, serverId } of group) {
    if (cluster === null) continue;
    const roots = new Set(cluster.roots.map((one) => one.actor));
    const seen = seenWaiting(serverId, context);
    for (const victim of cluster.victims) {
      const traced =
        root === null || roots.size === 0 || cluster.tie || (victim.root !== null && roots.has(victim.root));
      const pid = context.locks(serverId).actors.get(victim.actor)?.pid ?? -1;
      if (!traced || (victim.waitMs < VICTIM_WAIT_MS && !seen.has(pid)) || victim.actor === root?.actor) continue;
      const known = best.get(victim.actor);
      if (known === undefined || known.waitMs < victim.waitMs) best.set(victim.actor, victim);
    }
  }
  return [...best.values()].sort((a, b) => b.waitMs - a.waitMs || (a.actor < b.actor ? -1 : 1));
}

function seenWaiting(serverId: number, context: DetectContext): Set<number> {
  const locks = context.reader.capturedLocks(serverId);
  return new Set(locks.filter((lock) => lock.waiting).map((lock) => lock.pid));
}

export function measureImpact(
  primary: Signal,
  group: readonly Signal[],
  victims: readonly VictimFinding[],
  span: { readonly fromMs: number; readonly toMs: number },
  context: DetectContext,
): ImpactFacts {
  const actors = context.locks(primary.serverId).actors;
  const users = new Set(victims.map((victim) => actors.get(victim.actor)?.user ?? "").filter((user) => user !== ""));
  const blockedMs = victims.reduce((sum, victim) => sum + victim.waitMs, 0);
  return {
    blockedCommands: victims.length,
    blockedUsers: users.size,
    blockedMs,
    longestWaitMs: Math.max(0, most(victims.map((victim) => victim.waitMs))),
    peakRunning: peakRunning(primary.serverId, span, context),
    avoidableMs: Math.min(primary.cluster?.avoidableMs ?? 0, blockedMs),
    ...harmOf(group),
  };
}

/** Several signals may tell of the same refused command. */
function harmOf(group: readonly Signal[]): Pick<ImpactFacts, "harmedCommands" | "harmedUsers"> {
  const harmed = group.flatMap((signal) => signal.harmed ?? []);
  const users = new Set(harmed.map((one) => one.user).filter((user) => user !== ""));
  const commands = new Set(harmed.map((one) => `${one.pid} ${Math.floor(one.atMs / 1000)}`));
  return { harmedCommands: commands.size, harmedUsers: users.size };
}

/** States of `p4 monitor show` that serve a person: B and F are background, I is an idle connection. */
const SERVING = new Set(["R", "T", "P"]);

/** Most commands open at one instant: by the log's starts and ends, and by the captures where they say more. */
function peakRunning(
  serverId: number,
  span: { readonly fromMs: number; readonly toMs: number },
  context: DetectContext,
): number {
  const curve = context.reader.runningCurve(serverId, span.fromMs, span.toMs);
  const captured = new Map<number, number>();
  for (const row of context.reader.capturedProcesses(serverId)) {
    const inside = row.takenMs === null || (row.takenMs >= span.fromMs && row.takenMs <= span.toMs);
    if (inside && SERVING.has(row.state)) captured.set(row.captureId, (captured.get(row.captureId) ?? 0) + 1);
  }
  let peak = 0;
  for (const point of curve) peak = Math.max(peak, point.running);
  for (const count of captured.values()) peak = Math.max(peak, count);
  return peak;
}
