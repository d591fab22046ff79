import type { Blame } from "./blame.js";
import { groupBy } from "./group-by.js";
import { type Span, scopeKey, unionMs } from "./lock-model.js";
import type { LockSettings } from "./lock-settings.js";

/** One waiter's account within an episode. */
export interface Account {
  readonly party: number;
  /** Indexes into blame.waits. */
  readonly waits: readonly number[];
  readonly unionMs: number;
  /** Ms charged per suspect slot. */
  readonly traced: Float64Array;
  readonly live: Float64Array;
  readonly minorMs: number;
}

/** Suspects that share victims, with those victims; no suspect: waiting without a root, grouped by lock object. */
export interface Component {
  readonly slots: readonly number[];
  readonly accounts: readonly Account[];
}

/** Two suspects belong together when they share this much of what the smaller one explains. */
const SHARED_SHARE = 0.3;
/** A wait belongs to the story that explains this much of it. */
const BELONGS_SHARE = 0.3;
/** A victim counts as shared only for suspects that explain this much of its waiting. */
const NOTICEABLE_SHARE = 0.1;

export function accountsOf(blame: Blame): Account[] {
  const byParty = groupBy([...blame.waits.keys()], (index) => (blame.waits[index] as Span).party);
  return [...byParty].map(([party, waits]) => ({
    party,
    waits,
    unionMs: unionMs(waits.map((index) => blame.waits[index] as Span)),
    traced: sumOf(blame.traced, waits),
    live: sumOf(blame.live, waits),
    minorMs: waits.reduce((sum, index) => sum + (blame.minor[index] ?? 0), 0),
  }));
}

/** The sum of chosen vectors. Most commands wait once, and a vector alone is its own sum. */
function sumOf(vectors: readonly Float64Array[], chosen: readonly number[]): Float64Array {
  const first = vectors[chosen[0] as number] as Float64Array;
  if (chosen.length === 1) return first;
  const sum = first.slice();
  for (const index of chosen.slice(1)) addTo(sum, vectors[index] as Float64Array);
  return sum;
}

/** Splits the accounts of an episode into independent stories. Only accounts that could be victims take part. */
export function splitComponents(accounts: readonly Account[], blame: Blame, settings: LockSettings): Component[] {
  const serious = accounts.filter((account) => account.unionMs >= settings.victimMs);
  const group = joinSuspects(serious, blame.suspectObjects.map(scopeKey));
  const bySlot = new Map<number, { slots: Set<number>; accounts: Account[] }>();
  const rest = new Map<string, Account[]>();
  for (const account of serious) {
    const home = homeOf(account, group, settings);
    if (home === null) pushTo(rest, longestObject(account, blame), account);
    else {
      const component = bySlot.get(home) ?? { slots: new Set<number>(), accounts: [] };
      bySlot.set(home, component);
      component.accounts.push(account);
      for (let slot = 0; slot < group.length; slot++) {
        if (group[slot] === home && (account.traced[slot] as number) > 0) component.slots.add(slot);
      }
    }
  }
  const rooted = [...bySlot.values()].map(({ slots, accounts: own }) => ({ slots: [...slots], accounts: own }));
  return [...rooted, ...[...rest.values()].map((own) => ({ slots: [], accounts: own }))];
}

/** Per suspect slot the number of its group; only suspects of one scope belong together. */
function joinSuspects(accounts: readonly Account[], scopes: readonly string[]): number[] {
  const slots = scopes.length;
  const explained = new Float64Array(slots);
  const shared = new Map<number, number>();
  for (const account of accounts) {
    addTo(explained, account.traced);
    const noticeable: number[] = [];
    for (let slot = 0; slot < slots; slot++) {
      if ((account.traced[slot] as number) >= account.unionMs * NOTICEABLE_SHARE) noticeable.push(slot);
    }
    noticeable.forEach((a, i) => {
      for (const b of noticeable.slice(i + 1)) {
        const both = Math.min(account.traced[a] ?? 0, account.traced[b] ?? 0);
        shared.set(a * slots + b, (shared.get(a * slots + b) ?? 0) + both);
      }
    });
  }
  const group = Array.from({ length: slots }, (_, slot) => slot);
  for (const [pair, ms] of shared) {
    const [a, b] = [Math.floor(pair / slots), pair % slots];
    if (scopes[a] !== scopes[b]) continue;
    if (ms < SHARED_SHARE * Math.min(explained[a] ?? 0, explained[b] ?? 0)) continue;
    const [from, to] = [group[b] ?? b, group[a] ?? a];
    for (let slot = 0; slot < slots; slot++) if (group[slot] === from) group[slot] = to;
  }
  return group;
}

/** The group that explains most of an account's waiting, if it explains enough. */
function homeOf(account: Account, group: readonly number[], settings: LockSettings): number | null {
  const sums = new Float64Array(group.length);
  for (let slot = 0; slot < group.length; slot++)
    (sums[group[slot] as number] as number) += account.traced[slot] as number;
  let best: number | null = null;
  let most = 0;
  // Less than a second traced makes no victim, but tells where a short wait belongs.
  const enough = Math.min(settings.victimMs, account.unionMs * BELONGS_SHARE);
  for (const home of group) {
    const ms = sums[home] as number;
    if (ms < enough || ms <= most) continue;
    best = home;
    most = ms;
  }
  return best;
}

export function longestWait(account: Account, blame: Blame): Span | undefined {
  let longest: Span | undefined;
  for (const index of account.waits) {
    const wait = blame.waits[index];
    if (wait !== undefined && (longest === undefined || wait.to - wait.from > longest.to - longest.from))
      longest = wait;
  }
  return longest;
}

function longestObject(account: Account, blame: Blame): string {
  return longestWait(account, blame)?.object ?? "";
}

function addTo(sum: Float64Array, more: Float64Array): void {
  for (let i = 0; i < more.length; i++) (sum[i] as number) += more[i] as number;
}

function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
