import type { RootFinding } from "../../contracts/lock-facts.js";
import type { Edge } from "./blocking-graph.js";
import { objectLabel } from "./captured.js";
import type { Account } from "./components.js";
import type { Span } from "./lock-model.js";
import type { LockSettings } from "./lock-settings.js";
import type { PartyList } from "./parties.js";

/** What one suspect explains inside one component. */
export interface Suspect {
  readonly party: number;
  readonly slot: number;
  readonly explainedMs: number;
  /** Of that, while it held: the rest is the queue it left behind. */
  readonly liveMs: number;
  readonly victimCount: number;
}

export function weighSuspects(
  slots: readonly number[],
  suspects: readonly number[],
  accounts: readonly Account[],
  settings: LockSettings,
): Suspect[] {
  const weighed = slots.map((slot): Suspect => {
    const sum = (pick: (account: Account) => number) => accounts.reduce((total, account) => total + pick(account), 0);
    return {
      party: suspects[slot] ?? -1,
      slot,
      explainedMs: sum((account) => account.traced[slot] ?? 0),
      liveMs: sum((account) => account.live[slot] ?? 0),
      victimCount: accounts.filter((account) => (account.traced[slot] ?? 0) >= settings.victimMs).length,
    };
  });
  return weighed.sort((a, b) => b.explainedMs - a.explainedMs || a.party - b.party);
}

const CONVOY_LIVE_SHARE = 0.2;
const CONVOY_HOLD_SHARE = 0.25;
const CONVOY_TOP_SHARE = 0.25;
const CONVOY_HOLDERS = 8;

/**
 * A convoy has no root: either the queue feeds itself (the first holder was gone long before most of the waiting) and
 * nobody held for long, or many holders without waits share the blame and none stands out.
 */
export function isConvoy(suspects: readonly Suspect[], edges: readonly Edge[], longestWaitMs: number): boolean {
  const top = suspects[0];
  if (top === undefined) return false;
  const all = suspects.reduce((sum, suspect) => sum + suspect.explainedMs, 0);
  const longestHold = edges.reduce((most, { held }) => Math.max(most, held === null ? 0 : held.to - held.from), 0);
  const selfFeeding =
    top.liveMs < top.explainedMs * CONVOY_LIVE_SHARE && longestOwnHold(top, edges) < longestWaitMs * CONVOY_HOLD_SHARE;
  const many = suspects.filter((suspect) => suspect.explainedMs >= all * 0.02).length >= CONVOY_HOLDERS;
  return selfFeeding || (many && top.explainedMs < all * CONVOY_TOP_SHARE && longestHold < longestWaitMs / 2);
}

/** Without any suspect: holders are known for most of the waiting, but each held for a moment only. */
export function isHeadlessConvoy(
  edges: readonly Edge[],
  waitedMs: number,
  minorMs: number,
  longestWaitMs: number,
): boolean {
  if (minorMs > waitedMs / 2) return true;
  const knownMs = edges.reduce((sum, { edge }) => sum + edge.overlapMs, 0);
  const longestHold = edges.reduce((most, { held }) => Math.max(most, held === null ? 0 : held.to - held.from), 0);
  return knownMs > waitedMs / 4 && longestHold < longestWaitMs * CONVOY_HOLD_SHARE;
}

function longestOwnHold(suspect: Suspect, edges: readonly Edge[]): number {
  return edges.reduce((most, { blocker, held }) => {
    return blocker === suspect.party && held !== null ? Math.max(most, held.to - held.from) : most;
  }, 0);
}

export interface RootContext {
  readonly edges: readonly Edge[];
  readonly parties: PartyList;
  readonly ownWaitMs: (party: number) => number;
  /** All traced waiting of the component. */
  readonly tracedMs: number;
  readonly settings: LockSettings;
}

/** Describes a root by the hold that blocked most, and says how sure the naming is (locking model 3.9). */
export function describeRoot(suspect: Suspect, context: RootContext): RootFinding {
  const { edges, parties, settings } = context;
  const own = edges.filter((edge) => edge.blocker === suspect.party);
  const main = mainHold(own);
  const party = parties.at(suspect.party);
  const releaseEdge = main === null ? null : releasesMatch(main, own, settings);
  const certainVictims = new Set(own.filter((edge) => edge.edge.certainMs > 0).map((edge) => edge.blocked)).size;
  const guessed = main !== null && main.certainty === "inferred";
  const heldKnown = main !== null && main.certainty === "logged";
  return {
    actor: party.key,
    object: main === null ? (own[0]?.edge.object ?? "") : objectLabel(main.object),
    mode: main === null || (guessed && main.mode === "R") ? null : main.mode,
    heldMs: main === null || guessed ? null : Math.round(main.to - main.from),
    ownWaitMs: Math.round(context.ownWaitMs(suspect.party)),
    explainedMs: Math.round(suspect.explainedMs),
    victimCount: suspect.victimCount,
    score: scoreOf(suspect, context.tracedMs, certainVictims, heldKnown ? releaseEdge : null, main),
    certainty: main?.certainty ?? "captured",
    releaseEdge: party.inFlight && !guessed ? null : releaseEdge,
    refs: main === null ? own.flatMap((edge) => edge.edge.refs.slice(-1)) : [main.ref],
  };
}

function mainHold(own: readonly Edge[]): Span | null {
  const perHold = new Map<Span, number>();
  for (const { held, edge } of own) if (held !== null) perHold.set(held, (perHold.get(held) ?? 0) + edge.overlapMs);
  let best: Span | null = null;
  for (const [held, ms] of perHold) if (best === null || ms > (perHold.get(best) ?? 0)) best = held;
  return best;
}

/** The first waits to end after the hold began end where it ends; later ones belong to the queue behind it. */
function releasesMatch(main: Span, own: readonly Edge[], settings: LockSettings): boolean {
  return own.some(({ wait, held }) => {
    if (wait === null || held !== main) return false;
    return Math.abs(wait.to - main.to) <= settings.releaseToleranceMs + Math.min(wait.slack + main.slack, 2000);
  });
}

/** Ladder: high when certain, wide and released in time; a placement by coverage or a shadow alone is worth less. */
function scoreOf(
  suspect: Suspect,
  tracedMs: number,
  certainVictims: number,
  release: boolean | null,
  main: Span | null,
): number {
  const share = tracedMs > 0 ? Math.min(1, suspect.explainedMs / tracedMs) : 0;
  let score = 0.55 + 0.25 * share;
  if (certainVictims >= 3) score += 0.1;
  else if (certainVictims >= 1) score += 0.05;
  if (release === true) score += 0.08;
  if (release === false) score -= 0.1;
  if (main === null || main.certainty === "captured") score = Math.min(score, 0.9);
  if (main !== null && main.certainty === "inferred") score = Math.min(score, 0.5);
  return Math.round(Math.max(0, Math.min(0.98, score)) * 100) / 100;
}
