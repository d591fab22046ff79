import type { BlockEdge, LockCluster, RootFinding, VictimFinding } from "../../contracts/lock-facts.js";
import { type Blame, traceBlame } from "./blame.js";
import { blockingEdges, type Edge, withCaptured } from "./blocking-graph.js";
import { ByParty } from "./by-party.js";
import { type CapturedFacts, objectLabel } from "./captured.js";
import { type Account, accountsOf, type Component, longestWait, splitComponents } from "./components.js";
import type { Eligibility } from "./eligibility.js";
import { overlapMs, type Span, scopeKey, totalOf, unionOf } from "./lock-model.js";
import type { LockSettings } from "./lock-settings.js";
import type { PartyList } from "./parties.js";
import { describeRoot, isConvoy, isHeadlessConvoy, type Suspect, weighSuspects } from "./roots.js";
import { type Saving, savingWithout } from "./without-root.js";

/** What one episode is judged by. */
export interface EpisodeContext {
  readonly parties: PartyList;
  readonly eligibility: Eligibility;
  readonly captured: CapturedFacts;
  /** For an unnamed holder: the open commands it may have been. */
  readonly ties: ReadonlyMap<number, readonly number[]>;
  /** For a loosely placed holder: others that would have explained as much. */
  readonly rivals: ReadonlyMap<number, readonly number[]>;
  readonly settings: LockSettings;
}

/** A cluster with the parties it speaks of. */
export interface ClusterDraft {
  readonly cluster: LockCluster;
  readonly parties: ReadonlySet<number>;
  readonly spans: readonly Span[];
}

export function clustersOfEpisode(spans: readonly Span[], context: EpisodeContext): ClusterDraft[] {
  const blame = traceBlame(spans, context.eligibility.canBeRoot);
  const components = splitComponents(accountsOf(blame), blame, context.settings);
  if (components.length === 0) return [];
  const drawn = blockingEdges(spans, context.parties);
  const edges = withCaptured(drawn, context.captured.edges, context.parties);
  const episode = {
    edges: new ByParty(edges, (edge) => edge.blocked),
    spans: new ByParty(spans, (span) => span.party),
    waits: new ByParty(blame.waits, (wait) => wait.party),
  };
  return components.map((component) => draft(component, blame, episode, context));
}

/** What happened in an episode, found by whom it concerns: an episode may have as many stories as waiters. */
interface Episode {
  readonly edges: ByParty<Edge>;
  readonly spans: ByParty<Span>;
  readonly waits: ByParty<Span>;
}

function draft(component: Component, blame: Blame, episode: Episode, context: EpisodeContext): ClusterDraft {
  const { settings } = context;
  const blocked = new Set(component.accounts.map((account) => account.party));
  const own = episode.edges.of(blocked);
  const suspects = weighSuspects(component.slots, blame.suspects, component.accounts, settings);
  const longest = component.accounts.reduce((most, account) => Math.max(most, account.unionMs), 0);
  const rootless = suspects.length === 0;
  const minorMs = component.accounts.reduce((sum, account) => sum + account.minorMs, 0);
  const waitedMs = component.accounts.reduce((sum, account) => sum + account.unionMs, 0);
  const convoy = rootless
    ? isHeadlessConvoy(own, waitedMs, minorMs, longest) || isRestlessQueue(component.accounts, blame, longest)
    : isConvoy(suspects, own, longest);
  const chosen = convoy ? [] : chooseRoots(suspects, settings);
  const carriers = carriersOf(own, episode.waits);
  const victims = victimsOf(component, blame, chosen, carriers, convoy || rootless, context);
  const times =
    victims.length > 0 ? victims : component.accounts.flatMap((a) => longestWait(a, blame) ?? []).map(asTimes);
  const tracedMs = suspects.reduce((sum, suspect) => sum + suspect.explainedMs, 0);
  const members = new Set([
    ...blocked,
    ...suspects.map((suspect) => suspect.party),
    ...own.map((edge) => edge.blocker),
  ]);
  const spans = episode.spans.of(members);
  const savings = savingsOf(component, chosen, spans, victims, context);
  const found = rootFindings(chosen, suspects, own, savings, context);
  const cluster: LockCluster = {
    id: "",
    scope: scopeOf(found.roots, victims),
    fromMs: Math.round(times.reduce((least, time) => Math.min(least, time.fromMs), times[0]?.fromMs ?? 0)),
    toMs: Math.round(times.reduce((most, time) => Math.max(most, time.toMs), times[0]?.toMs ?? 0)),
    roots: found.roots,
    tie: found.tie,
    convoy,
    victims,
    edges: own.map((edge): BlockEdge => edge.edge),
    cycles: [],
    unexplainedMs: Math.max(0, Math.round(waitedMs - tracedMs - minorMs)),
    avoidableMs: savings[0]?.avoidableMs ?? 0,
  };
  return { cluster, parties: members, spans };
}

const RESTLESS_WAITS = 20;
const RESTLESS_TIMES = 5;

/** No wait lasts long, yet somebody waits all the time: whoever held the lock, it went from hand to hand. */
function isRestlessQueue(accounts: readonly Account[], blame: Blame, longestMs: number): boolean {
  const times = accounts.flatMap((account) => longestWait(account, blame) ?? []);
  if (times.length < RESTLESS_WAITS) return false;
  const from = times.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY);
  const to = times.reduce((most, { to }) => Math.max(most, to), 0);
  return to - from >= longestMs * RESTLESS_TIMES;
}

function asTimes(span: Span): { fromMs: number; toMs: number } {
  return { fromMs: span.from, toMs: span.to };
}

function chooseRoots(suspects: readonly Suspect[], settings: LockSettings): Suspect[] {
  const all = suspects.reduce((sum, suspect) => sum + suspect.explainedMs, 0);
  return suspects.filter(
    (suspect) => suspect.explainedMs >= all * settings.rootExplainedShare && suspect.victimCount > 0,
  );
}

/** What each root cost: the episode replayed without it. */
function savingsOf(
  component: Component,
  chosen: readonly Suspect[],
  spans: readonly Span[],
  victims: readonly VictimFinding[],
  { parties, settings }: EpisodeContext,
): Saving[] {
  const keys = new Set(victims.map((victim) => victim.actor));
  const hurt = new Set(component.accounts.flatMap(({ party }) => (keys.has(parties.at(party).key) ? [party] : [])));
  return chosen.map(({ party }) => savingWithout(party, component.accounts, spans, hurt, settings.victimMs));
}

/** An unnamed holder with candidates is replaced by them: alternatives, not several roots. */
function rootFindings(
  chosen: readonly Suspect[],
  suspects: readonly Suspect[],
  edges: readonly Edge[],
  savings: readonly Saving[],
  context: EpisodeContext,
): { roots: RootFinding[]; tie: boolean } {
  const { parties, eligibility, settings, ties } = context;
  const tracedMs = suspects.reduce((sum, suspect) => sum + suspect.explainedMs, 0);
  const rootContext = {
    edges,
    parties,
    settings,
    tracedMs,
    ownWaitMs: (party: number) => eligibility.ownWaitMs(party),
  };
  const alone = chosen.length === 1;
  const found = chosen.map((suspect, index) => {
    const finding = { ...describeRoot(suspect, rootContext), ...savings[index] };
    const named = ties.get(suspect.party) ?? [];
    if (named.length > 0) return alternatives(finding, named, parties);
    const rivals = alone ? (context.rivals.get(suspect.party) ?? []) : [];
    const equals = rivals
      .filter((party) => eligibility.canBeRoot(party, finding.object))
      .slice(0, settings.tieLimit - 1);
    return equals.length === 0 ? [finding] : alternatives(finding, [suspect.party, ...equals], parties);
  });
  return { roots: found.flat(), tie: found.some((several) => several.length > 1) };
}

/** The same finding once for each of those it may have been, the likeliest first. */
function alternatives(finding: RootFinding, candidates: readonly number[], parties: PartyList): RootFinding[] {
  return candidates.map((candidate, rank) => {
    const party = parties.at(candidate);
    const score = Math.round((finding.score / candidates.length) * 100 - rank) / 100;
    const refs = [...(party.ref === null ? [] : [party.ref]), ...finding.refs];
    return { ...finding, actor: party.key, score: Math.max(0, score), refs };
  });
}

function victimsOf(
  component: Component,
  blame: Blame,
  chosen: readonly Suspect[],
  carriers: ReadonlySet<number>,
  rootless: boolean,
  context: EpisodeContext,
): VictimFinding[] {
  const { settings, parties } = context;
  const roots = new Set(chosen.map((suspect) => suspect.party));
  const victims: VictimFinding[] = [];
  for (const account of component.accounts) {
    if (roots.has(account.party)) continue;
    const waits = rootless ? account.waits : tracedWaits(account, blame, component.slots);
    if (!rootless && causedMs(account, chosen) < settings.victimMs) continue;
    const spans = waits.flatMap((index) => blame.waits[index] ?? []);
    const longest = longestWait(account, blame);
    if (spans.length === 0 || longest === undefined) continue;
    const main = chosen.reduce<Suspect | null>((best, suspect) => {
      return best === null || (account.traced[suspect.slot] ?? 0) > (account.traced[best.slot] ?? 0) ? suspect : best;
    }, null);
    const union = unionOf(spans.map((span) => [span.from, span.to]));
    victims.push({
      actor: parties.at(account.party).key,
      waitMs: Math.round(totalOf(union)),
      fromMs: Math.round(union[0]?.[0] ?? 0),
      toMs: Math.round(union[union.length - 1]?.[1] ?? 0),
      object: objectLabel(longest.object),
      mode: longest.mode,
      carrier: carriers.has(account.party),
      root: main === null || context.ties.has(main.party) ? null : parties.at(main.party).key,
      refs: [...spans].sort((a, b) => b.to - b.from - (a.to - a.from)).map((span) => span.ref),
    });
  }
  return victims.sort((a, b) => b.waitMs - a.waitMs || (a.actor < b.actor ? -1 : 1));
}

/** Of what the account waited, the roots' part: gaps left by imprecise placement are shared out like the known rest. */
function causedMs(account: Account, roots: readonly Suspect[]): number {
  const tracedMs = roots.reduce((sum, suspect) => sum + (account.traced[suspect.slot] ?? 0), 0);
  let knownMs = 0;
  for (const ms of account.traced) knownMs += ms;
  knownMs += account.minorMs;
  return (tracedMs * account.unionMs) / Math.max(1, knownMs, account.unionMs * LEAST_KNOWN_SHARE);
}

const LEAST_KNOWN_SHARE = 0.3;

/** Part of a wait that must lead to this component before the whole wait counts as caused by it. */
const TRACED_SHARE = 0.2;

function tracedWaits(account: Account, blame: Blame, slots: readonly number[]): number[] {
  return account.waits.filter((index) => {
    const wait = blame.waits[index];
    const traced = slots.reduce((sum, slot) => sum + (blame.traced[index]?.[slot] ?? 0), 0);
    return wait !== undefined && traced >= (wait.to - wait.from) * TRACED_SHARE;
  });
}

/** Parties whose hold others wait for while they wait themselves. */
function carriersOf(edges: readonly Edge[], waits: ByParty<Span>): Set<number> {
  const carriers = new Set<number>();
  for (const { blocker, wait, held } of edges) {
    if (wait === null || held === null || carriers.has(blocker)) continue;
    const [from, to] = [Math.max(wait.from, held.from), Math.min(wait.to, held.to)];
    if (waits.of([blocker]).some((own) => overlapMs(own.from, own.to, from, to) >= 100)) carriers.add(blocker);
  }
  return carriers;
}

function scopeOf(roots: readonly RootFinding[], victims: readonly VictimFinding[]): LockCluster["scope"] {
  const object = roots[0]?.object || victims[0]?.object || "";
  if (scopeKey(object) === "table") return "table";
  return object.startsWith("clients/") || object.startsWith("clientEntity/") ? "client" : "other";
}
