import { clientAddress, networksOf } from "../../base/client-address.js";
import { classify, verbOf } from "../../base/perforce-command.js";
import type { LockCluster } from "../../contracts/lock-facts.js";
import type { DetectContext, Signal } from "../../contracts/signal.js";
import { foldSymptoms } from "./precedence.js";

/** Signals of one user's repeated slow command belong together up to this distance. */
const REPEAT_GAP_MS = 600_000;

/**
 * Puts signals that belong together into one group: lock signals first, then what they do not explain, and in the end
 * every symptom under what brought it about.
 */
export function groupSignals(signals: readonly Signal[], context: DetectContext): Signal[][] {
  const lockSignals = signals.filter((signal) => signal.cluster !== null);
  const others = signals.filter((signal) => signal.cluster === null);
  const groups = merge(lockSignals, sharesLocks);
  const rest = others.filter((signal) => !absorb(signal, groups, context));
  return foldSymptoms([...groups, ...merge(rest, together)], context);
}

/** Transitive: a joins b, b joins c, so all three are one. */
function merge(signals: readonly Signal[], together: (a: Signal, b: Signal) => boolean): Signal[][] {
  const groups: Signal[][] = [];
  for (const signal of signals) {
    const hits = groups.filter((group) => group.some((member) => together(member, signal)));
    const joined = [...hits.flat(), signal];
    for (const hit of hits) groups.splice(groups.indexOf(hit), 1);
    groups.push(joined);
  }
  return groups;
}

/**
 * Two lock signals are one incident when they name the same root, are the same episode seen by two detectors, or when the
 * root of one is only a victim in the other. Two roots of one cluster that each stand alone stay two.
 */
function sharesLocks(a: Signal, b: Signal): boolean {
  if (a.serverId !== b.serverId || a.cluster === null || b.cluster === null) return false;
  const rootA = rootKey(a.cluster);
  const rootB = rootKey(b.cluster);
  if (episodeOf(a.cluster) === episodeOf(b.cluster)) return rootA === rootB;
  if (!overlap(a, b)) return false;
  if (rootA !== null && rootA === rootB) return true;
  return isVictim(rootA, b.cluster) || isVictim(rootB, a.cluster);
}

/** `c3` of `c3/2`: the detectors number the parts of a cluster that has several independent roots. */
function episodeOf(cluster: LockCluster): string {
  return cluster.id.split("/", 1)[0] ?? cluster.id;
}

function rootKey(cluster: LockCluster): string | null {
  return cluster.roots[0]?.actor ?? null;
}

function isVictim(actor: string | null, cluster: LockCluster): boolean {
  return actor !== null && cluster.victims.some((victim) => victim.actor === actor);
}

/** A slow command that is the root or a victim of a lock incident is part of it, not news. */
function absorb(signal: Signal, groups: readonly Signal[][], context: DetectContext): boolean {
  const commandId = signal.subject?.commandId;
  if (commandId === undefined) return false;
  const actors = context.locks(signal.serverId).actors;
  for (const group of groups) {
    const names = group
      .filter((member) => member.serverId === signal.serverId)
      .flatMap(({ cluster }) => [
        ...(cluster?.roots.map((root) => root.actor) ?? []),
        ...(cluster?.victims.map((victim) => victim.actor) ?? []),
      ]);
    if (!names.some((name) => actors.get(name)?.commandId === commandId)) continue;
    group.push(signal);
    return true;
  }
  return false;
}

/** One trouble of the server or its machine, told by several lines; or one subject's. */
function together(a: Signal, b: Signal): boolean {
  // Its master refuses it and it says so itself: one ticket, two logs.
  if (a.detector === "service-ticket" && b.detector === "service-ticket" && a.serverId !== b.serverId) return true;
  if (a.serverId !== b.serverId) return false;
  if (a.subject !== null && a.subject.commandId === b.subject?.commandId) return true;
  if (a.category !== b.category) return false;
  if ((a.severity === "info") !== (b.severity === "info") || (a.kind === "all-slow") !== (b.kind === "all-slow"))
    return false;
  return ofTheServer(a) && ofTheServer(b) ? apartMs(a, b) <= REPEAT_GAP_MS : sharesSubject(a, b);
}

function ofTheServer(signal: Signal): boolean {
  return (signal.resource.kind === "host" || signal.resource.kind === "server") && signal.category !== "slow-command";
}

/** Time between two signals, negative where they overlap. */
function apartMs(a: Signal, b: Signal): number {
  return Math.max(a.fromMs - b.toMs, b.fromMs - a.toMs);
}

/** The same trouble again: one trigger, or one user's same command over and over. */
function sharesSubject(a: Signal, b: Signal): boolean {
  if (a.serverId !== b.serverId || a.category !== b.category) return false;
  if (apartMs(a, b) > REPEAT_GAP_MS) return false;
  if (a.resource.kind === "trigger") return b.resource.kind === "trigger" && a.resource.name === b.resource.name;
  if (a.category === "network-stall" && (cameThatWay(a, b) || cameThatWay(b, a))) return true;
  return a.subject !== null && a.subject.user === b.subject?.user && kindOf(a) === kindOf(b);
}

/** One of the commands of a client, a proxy or a network that is slow as a whole. */
function cameThatWay(way: Signal, one: Signal): boolean {
  if (way.detector !== "peer-bound-command" || one.subject === null) return false;
  const { via, client } = clientAddress(one.subject.ip);
  return [one.subject.ip, via, ...networksOf(client)].includes(way.resource.name);
}

/** The three commands of one submit (user-submit, dm-SubmitChange, dm-CommitSubmit) are the same work. */
function kindOf(signal: Signal): string {
  const { cmd, args } = signal.subject ?? { cmd: "", args: "" };
  const kind = classify(cmd, args);
  return kind === "other" ? verbOf(cmd) : kind;
}

function overlap(a: Signal, b: Signal): boolean {
  return a.fromMs <= b.toMs && b.fromMs <= a.toMs;
}
