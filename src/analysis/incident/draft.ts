import { least, most } from "../../base/extremes.js";
import type { IncidentDraft } from "../../contracts/incident-draft.js";
import type { LockCluster, RootFinding, VictimFinding } from "../../contracts/lock-facts.js";
import type { DetectContext, Signal } from "../../contracts/signal.js";
import { measureImpact, victimsOf } from "./impact.js";
import { leadOf } from "./precedence.js";
import { type SeveritySettings, severityOf } from "./severity.js";

/** Measures one group of signals. The id is given once all drafts are in order. */
export function draftIncident(
  group: readonly Signal[],
  context: DetectContext,
  limits: SeveritySettings,
): IncidentDraft {
  const primary = leadOf(group);
  const cluster = primary.cluster;
  const root = cluster === null || cluster.convoy ? null : (cluster.roots[0] ?? null);
  const victims = victimsOf(group, root, context);
  const span =
    cluster === null
      ? signalSpan(group, primary.serverId)
      : lockSpan(primary.serverId, cluster, root, victims, context);
  const impact = measureImpact(primary, group, victims, span, context);
  const raised = group.map((signal) => signal.severity);
  const doubtful = cluster !== null && isScrap(primary.serverId, cluster, victims, context);
  return {
    id: "",
    serverId: primary.serverId,
    category: primary.category,
    severity: doubtful ? "info" : severityOf(impact, raised, limits),
    ...span,
    primary,
    signals: [primary, ...group.filter((signal) => signal !== primary)],
    cluster,
    root,
    victims,
    impact,
  };
}

/** Of so few waits, behind nobody, a torn log may have made one by leaving out what stood between two lines. */
const FEW = 3;

function isScrap(
  serverId: number,
  cluster: LockCluster,
  victims: readonly VictimFinding[],
  { reader, locks }: DetectContext,
): boolean {
  const holder = locks(serverId).actors.get(cluster.roots[0]?.actor ?? "");
  if ((holder !== undefined && holder.pid !== null) || cluster.convoy || victims.length >= FEW) return false;
  return reader
    .logLosses(serverId)
    .some(({ kind, fromMs, toMs }) => kind === "torn" && fromMs <= cluster.toMs && toMs >= cluster.fromMs);
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Of the server that tells it first: another's clock may differ. */
function signalSpan(all: readonly Signal[], serverId: number): Span {
  const group = all.filter((signal) => signal.serverId === serverId);
  return widen(least(group.map((signal) => signal.fromMs)), most(group.map((signal) => signal.toMs)));
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
  const firstWait = least(victims.map((victim) => victim.fromMs));
  const release = most(victims.map((victim) => victim.toMs));
  const from = Math.max(firstWait, root === null ? firstWait : holdStart(serverId, root, context));
  return widen(Math.min(from, release), release);
}

function holdStart(serverId: number, root: RootFinding, context: DetectContext): number {
  const starts = context
    .locks(serverId)
    .spans.filter((span) => span.actor === root.actor && span.what === "held" && span.object === root.object)
    .map((span) => span.fromMs);
  return starts.length > 0 ? least(starts) : Number.NEGATIVE_INFINITY;
}

function widen(fromMs: number, toMs: number): Span {
  return { fromMs: Math.floor(fromMs / 1000) * 1000, toMs: Math.ceil(toMs / 1000) * 1000 };
}
