import type { Category } from "../../contracts/analysis.js";
import type { IncidentDraft } from "../../contracts/incident-draft.js";
import type { LockCluster, RootFinding, VictimFinding } from "../../contracts/lock-facts.js";
import type { DetectContext, Signal } from "../../contracts/signal.js";
import { measureImpact, victimsOf } from "./impact.js";
import { type SeveritySettings, severityOf } from "./severity.js";

/** The more telling category wins where two detectors saw one episode. */
const SPECIFIC: readonly Category[] = ["checkpoint-under-load", "db-wedge", "client-lock-contention"];

/** Measures one group of signals. The id is given once all drafts are in order. */
export function draftIncident(
  group: readonly Signal[],
  context: DetectContext,
  limits: SeveritySettings,
): IncidentDraft {
  const primary = primaryOf(group);
  const cluster = primary.cluster;
  const root = cluster === null || cluster.convoy ? null : (cluster.roots[0] ?? null);
  const victims = victimsOf(group, root, context);
  const span = cluster === null ? signalSpan(group) : lockSpan(primary.serverId, cluster, root, victims, context);
  const impact = measureImpact(primary, victims, span, context);
  return {
    id: "",
    serverId: primary.serverId,
    category: primary.category,
    severity: severityOf(
      impact,
      group.map((signal) => signal.severity),
      limits,
    ),
    ...span,
    primary,
    signals: [primary, ...group.filter((signal) => signal !== primary)],
    cluster,
    root,
    victims,
    impact,
  };
}

function primaryOf(group: readonly Signal[]): Signal {
  const rank = (signal: Signal) => {
    const place = SPECIFIC.indexOf(signal.category);
    return place < 0 ? SPECIFIC.length : place;
  };
  const blocked = (signal: Signal) =>
    signal.cluster?.victims.reduce((sum, victim) => sum + victim.waitMs, 0) ?? signal.toMs - signal.fromMs;
  const sorted = [...group].sort((a, b) => rank(a) - rank(b) || blocked(b) - blocked(a));
  const first = sorted[0];
  if (first === undefined) throw new Error("a group has at least one signal");
  return first;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

function signalSpan(group: readonly Signal[]): Span {
  return widen(Math.min(...group.map((signal) => signal.fromMs)), Math.max(...group.map((signal) => signal.toMs)));
}

/** From the first victim's wait or the root's hold, whichever is later, to the last victim's release. */
function lockSpan(
  serverId: number,
  cluster: LockCluster,
  root: RootFinding | null,
  victims: readonly VictimFinding[],
  context: DetectContext,
): Span {
  if (victims.length === 0) return widen(cluster.fromMs, cluster.toMs);
  const firstWait = Math.min(...victims.map((victim) => victim.fromMs));
  const release = Math.max(...victims.map((victim) => victim.toMs));
  const from = Math.max(firstWait, root === null ? firstWait : holdStart(serverId, root, context));
  return widen(Math.min(from, release), release);
}

function holdStart(serverId: number, root: RootFinding, context: DetectContext): number {
  const starts = context
    .locks(serverId)
    .spans.filter((span) => span.actor === root.actor && span.what === "held" && span.object === root.object)
    .map((span) => span.fromMs);
  return starts.length > 0 ? Math.min(...starts) : Number.NEGATIVE_INFINITY;
}

function widen(fromMs: number, toMs: number): Span {
  return { fromMs: Math.floor(fromMs / 1000) * 1000, toMs: Math.ceil(toMs / 1000) * 1000 };
}
