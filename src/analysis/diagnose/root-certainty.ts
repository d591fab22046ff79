import type { CaseReader } from "../../contracts/case-reader.js";
import type { IncidentDraft } from "../../contracts/incident-draft.js";
import type { LockActor } from "../../contracts/lock-facts.js";

/** No line shows the hold: never surer than this, however well the times fit (docs/decisions/lock-graph.md). */
const INFERRED_MOST = 0.5;

/**
 * How sure the naming of the root is. High: the hold overlaps at least three victims' waits in every
 * placement (or two captures show the same holder), explains 80 % of the waiting, the root itself hardly waited, and the
 * waits end where the hold ends. Medium: one or two victims or one uncertain step. Low: anything less.
 */
export function rootCertainty(draft: IncidentDraft, actor: LockActor | null, reader: CaseReader): number {
  const { root, cluster } = draft;
  if (root === null || cluster === null) return cluster?.convoy === true ? 0.85 : 0.65;
  const score = Math.min(1, Math.max(0, root.score));
  if (cluster.tie) return Math.min(0.5, 1 / cluster.roots.length) * (0.5 + score / 2);
  if (actor === null || actor.pid === null) return 0.3 + 0.3 * score;
  const captures = capturesOfHolder(draft, actor.pid, reader);
  const doubts = [
    certainVictims(draft) < 3 && captures < 2,
    explainedShare(draft) < 0.8,
    root.heldMs !== null && root.ownWaitMs * 5 >= root.heldMs,
    root.releaseEdge === false || (root.releaseEdge === null && captures < 2),
  ].filter(Boolean).length;
  if (root.certainty === "inferred") return Math.min(INFERRED_MOST, 0.25 + 0.5 * score);
  if (doubts === 0) return 0.9 + 0.09 * score;
  return doubts === 1 ? 0.65 + 0.2 * score : 0.25 + 0.3 * score;
}

/** Captures in which a pid holds the root's object, or anything a captured edge says it blocked. */
function capturesOfHolder(draft: IncidentDraft, pid: number, reader: CaseReader): number {
  const locks = reader.capturedLocks(draft.serverId);
  const holding = locks.filter(
    (lock) => (lock.pid === pid && !lock.waiting && lock.object === draft.root?.object) || lock.blockerPid === pid,
  );
  return new Set(holding.map((lock) => lock.captureId)).size;
}

/** Victims with a wait behind the root, or behind a carrier of its queue, that holds in every placement or was captured. */
function certainVictims(draft: IncidentDraft): number {
  const names = new Set(draft.victims.map((victim) => victim.actor));
  const sure = (draft.cluster?.edges ?? []).filter((edge) => edge.certainMs > 0 || edge.certainty === "captured");
  return new Set(sure.map((edge) => edge.blocked).filter((name) => names.has(name))).size;
}

function explainedShare(draft: IncidentDraft): number {
  const { root, cluster } = draft;
  if (root === null || cluster === null) return 0;
  const all = draft.victims.reduce((sum, victim) => sum + victim.waitMs, 0) + cluster.unexplainedMs;
  return all === 0 ? 1 : Math.min(1, root.explainedMs / all);
}
