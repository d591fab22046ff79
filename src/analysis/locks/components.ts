import type { Blame } from "./blame.js";
import { type Span, scopeKey, totalOf, unionOf } from "./lock-model.js";
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
  const byParty = new Map<number, number[]>();
  blame.waits.forEach((wait, index) => {
    const list = byParty.get(wait.party);
    if (list === undefined) byParty.set(wait.party, [index]);
    else list.push(index);
  });
  return [...byParty].map(([party, waits]) => {
    const traced = new Float64Array(blame.suspects.length);
    const live = new Float64Array(blame.suspects.length);
    let minorMs = 0;
    for (const index of waits) {
      addTo(traced, blame.traced[index]);
      addTo(live, blame.live[index]);
      minorMs += blame.minor[index] ?? 0;
    }
    const spans = waits.flatMap((index) => blame.waits[index] ?? []);
    return { party, waits, unionMs: unionMs(spans), traced, live, minorMs };
  });
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
      account.traced.forEach((ms, slot) => {
        if (ms > 0 && group[slot] === home) component.slots.add(slot);
      });
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
    account.traced.forEach((ms, slot) => {
      if (ms >= account.unionMs * NOTICEABLE_SHARE) noticeable.push(slot);
    });
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
  const sums = new Map<number, number>();
  account.traced.forEach((ms, slot) => {
    const home = group[slot] ?? slot;
    sums.set(home, (sums.get(home) ?? 0) + ms);
  });
  let best: number | null = null;
  // Less than a second traced makes no victim, but tells where a short wait belongs.
  const enough = Math.min(settings.victimMs, account.unionMs * BELONGS_SHARE);
  for (const [home, ms] of sums) if (ms >= enough && ms > (sums.get(best ?? -1) ?? 0)) best = home;
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

function unionMs(spans: readonly Span[]): number {
  return totalOf(unionOf(spans.map((span) => [span.from, span.to])));
}

function addTo(sum: Float64Array, more: Float64Array | undefined): void {
  more?.forEach((value, i) => {
    sum[i] = (sum[i] ?? 0) + value;
  });
}

function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
