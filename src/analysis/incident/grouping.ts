import { clientAddress, networksOf } from "../../base/client-address.js";
import { classify, verbOf } from "../../base/perforce-command.js";
import type { LockCluster } from "../../contracts/lock-facts.js";
import type { DetectContext, Signal } from "../../contracts/signal.js";
import { joinGroups } from "./joined-groups.js";
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
  const groups = joinGroups(lockSignals, lockKeys, sharesLocks);
  const homes = homesOfCommands(groups, context);
  const rest = others.filter((signal) => !absorb(signal, homes));
  return foldSymptoms([...groups, ...joinGroups(rest, keysOf, together)], context);
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

/** Without one of these in common two lock signals share nothing: the episode, or somebody who is root or victim. */
function lockKeys({ serverId, cluster }: Signal): string[] {
  if (cluster === null) return [];
  const root = rootKey(cluster);
  const actors = new Set([...(root === null ? [] : [root]), ...cluster.victims.map(({ actor }) => actor)]);
  return [`episode ${serverId} ${episodeOf(cluster)}`, ...[...actors].map((actor) => `actor ${serverId} ${actor}`)];
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

/** The first group in which a command is root or victim, by server and command. */
function homesOfCommands(groups: readonly Signal[][], context: DetectContext): Map<string, Signal[]> {
  const homes = new Map<string, Signal[]>();
  for (const group of groups) {
    for (const { serverId, cluster } of group) {
      if (cluster === null) continue;
      const { actors } = context.locks(serverId);
      for (const { actor } of [...cluster.roots, ...cluster.victims]) {
        const key = `${serverId} ${actors.get(actor)?.commandId}`;
        if (!homes.has(key)) homes.set(key, group);
      }
    }
  }
  return homes;
}

/** A slow command that is the root or a victim of a lock incident is part of it, not news. */
function absorb(signal: Signal, homes: ReadonlyMap<string, Signal[]>): boolean {
  if (signal.subject === null) return false;
  const home = homes.get(`${signal.serverId} ${signal.subject.commandId}`);
  home?.push(signal);
  return home !== undefined;
}

/**
 * Without one of these in common two signals do not belong together: what `together` and `sharesSubject` ask for first.
 */
function keysOf(signal: Signal): string[] {
  const { serverId, category, subject, resource, detector } = signal;
  const keys = detector === "service-ticket" ? ["ticket"] : [];
  if (subject !== null) {
    keys.push(`command ${serverId} ${subject.commandId}`);
    keys.push(`kind ${serverId} ${category} ${kindOf(signal)} ${subject.user}`);
  }
  if (ofTheServer(signal)) keys.push(`server ${serverId} ${category}`);
  if (resource.kind === "trigger") keys.push(`trigger ${serverId} ${category} ${resource.name}`);
  if (category === "network-stall") keys.push(`network ${serverId}`);
  return keys;
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
