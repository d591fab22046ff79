import type { Interval, Process } from "./engine.js";
import type { World } from "./world.js";

/** What really happened, from the exact intervals that p4d itself never logs. */
export interface Truth {
  /** Processes that must be named: for at least one victim the main cause. */
  readonly roots: readonly Process[];
  /** Processes that may be named: they did block, too little to insist on. */
  readonly minor: ReadonlySet<Process>;
  /** Ms each waiter lost to the roots and minor roots. */
  readonly lost: ReadonlyMap<Process, number>;
  readonly convoy: boolean;
}

const MUST_MS = 4000;
const MUST_SHARE = 0.2;
const MAY_MS = 300;
/** CONTRACT section 2: own waits under a fifth of the hold. */
const FIFTH = 5;

/**
 * With `captures` false only what completed commands lost can be in the evidence, so only that can oblige the analysis
 * to name somebody. A planted root must be named in any case.
 */
export function truthOf(world: World, captures: boolean): Truth {
  const shares = new Judge(world).all();
  const seen = [...shares].filter(([victim]) => victim.endMs !== null || (captures && capturedWaiting(victim, world)));
  const seenShares = new Map(seen);
  const lost = new Map([...shares].map(([victim, share]) => [victim, sumOf(share)]));
  const roots: Process[] = [];
  const minor = new Set<Process>();
  for (const root of new Set([...shares.values()].flatMap((share) => [...share.keys()]))) {
    const msOf = (share: ReadonlyMap<Process, number>) => share.get(root) ?? 0;
    const all = [...shares.values()];
    const totalMs = all.reduce((sum, share) => sum + msOf(share), 0);
    if (totalMs < MAY_MS) continue;
    const seenMs = [...seenShares.values()].reduce((sum, share) => sum + msOf(share), 0);
    const obliged = !world.convoy && (seenMs >= MUST_MS || world.planted.includes(root));
    if (obliged && isMain(all, msOf, totalMs)) roots.push(root);
    else minor.add(root);
  }
  return { roots, minor, lost, convoy: world.convoy };
}

function capturedWaiting(victim: Process, world: World): boolean {
  return world.captureTimes.some((at) => victim.waits.some((wait) => wait.from <= at && at < wait.to));
}

/** A victim is counted once, for its main cause; and a root must matter among those it touched at all. */
function isMain(
  shares: readonly ReadonlyMap<Process, number>[],
  msOf: (share: ReadonlyMap<Process, number>) => number,
  totalMs: number,
): boolean {
  const mainMs = shares.reduce((sum, share) => sum + (msOf(share) >= Math.max(...share.values()) ? msOf(share) : 0), 0);
  const touchedMs = shares.reduce((sum, share) => sum + (msOf(share) > sumOf(share) * 0.1 ? sumOf(share) : 0), 0);
  const worstMs = Math.max(...shares.map(msOf));
  return mainMs >= MUST_MS && totalMs >= touchedMs * MUST_SHARE && worstMs >= 1500;
}

function sumOf(share: ReadonlyMap<Process, number>): number {
  return [...share.values()].reduce((sum, ms) => sum + ms, 0);
}

class Judge {
  private readonly holdsOn = new Map<string, { process: Process; hold: Interval }[]>();
  private readonly waitsOn = new Map<string, { process: Process; wait: Interval }[]>();
  private readonly known = new Map<Interval, Map<Process, number>>();

  constructor(private readonly world: World) {
    for (const process of world.engine.processes) {
      for (const hold of process.holds) push(this.holdsOn, hold.object, { process, hold });
      for (const wait of process.waits) push(this.waitsOn, wait.object, { process, wait });
    }
  }

  /** Per waiter: ms lost to each root. */
  all(): Map<Process, Map<Process, number>> {
    const result = new Map<Process, Map<Process, number>>();
    const byEnd = this.world.engine.processes.flatMap((process) => process.waits.map((wait) => ({ process, wait })));
    byEnd.sort((a, b) => a.wait.to - b.wait.to);
    for (const { process, wait } of byEnd) {
      const share = this.judge(process, wait);
      const account = result.get(process) ?? new Map<Process, number>();
      result.set(process, account);
      for (const [root, ms] of share) account.set(root, (account.get(root) ?? 0) + ms);
    }
    return result;
  }

  /** Looks at evenly spread instants of the wait, as a capture would. */
  private judge(process: Process, wait: Interval): Map<Process, number> {
    const cached = this.known.get(wait);
    if (cached !== undefined) return cached;
    const share = new Map<Process, number>();
    this.known.set(wait, share);
    const length = wait.to - wait.from;
    const samples = Math.min(120, Math.max(8, Math.ceil(length / 250)));
    for (let i = 0; i < samples; i++) {
      const at = wait.from + (length * (i + 0.5)) / samples;
      for (const [root, part] of this.blameAt(process, wait, at, 0)) {
        share.set(root, (share.get(root) ?? 0) + (part * length) / samples);
      }
    }
    return share;
  }

  private blameAt(process: Process, wait: Interval, at: number, depth: number): Map<Process, number> {
    const result = new Map<Process, number>();
    if (depth > 20) return result;
    const present = (this.holdsOn.get(wait.object) ?? []).filter(
      ({ process: holder, hold }) => holder !== process && hold.from <= at && at < hold.to,
    );
    const colliding = present.filter(({ hold }) => hold.mode === "W" || wait.mode === "W");
    if (colliding.length > 0) {
      for (const { process: holder, hold } of colliding)
        add(result, this.holderBlame(holder, hold, at, depth), 1 / colliding.length);
      return result;
    }
    // A fair queue: the reader stands behind a writer that waits in front of it.
    const ahead = (this.waitsOn.get(wait.object) ?? []).find(
      (other) =>
        other.process !== process &&
        other.wait.mode === "W" &&
        other.wait.from <= wait.from &&
        other.wait.from <= at &&
        at < other.wait.to,
    );
    return ahead === undefined ? result : this.blameAt(ahead.process, ahead.wait, at, depth + 1);
  }

  private holderBlame(holder: Process, hold: Interval, at: number, depth: number): Map<Process, number> {
    const waiting = holder.waits.find((wait) => wait.from <= at && at < wait.to);
    if (waiting !== undefined) return this.blameAt(holder, waiting, at, depth + 1);
    const waited = holder.waits.reduce((sum, wait) => sum + (wait.to - wait.from), 0);
    const longest = Math.max(
      ...holder.holds.filter((own) => sameKind(own.object, hold.object)).map((own) => own.to - own.from),
    );
    if (waited * FIFTH < longest) return new Map([[holder, 1]]);
    const result = new Map<Process, number>();
    for (const wait of holder.waits) if (wait.to <= at) add(result, this.judge(holder, wait), 1);
    const sum = [...result.values()].reduce((a, b) => a + b, 0);
    return new Map([...result].map(([root, ms]) => [root, sum > 0 ? ms / Math.max(sum, 1) : 0]));
  }
}

/** A workspace's lock is held for the whole command and says nothing about its tables. */
function sameKind(a: string, b: string): boolean {
  const own = (name: string) => (name.startsWith("db.") || name.startsWith("meta/") ? "tables" : name);
  return own(a) === own(b);
}

function add(sum: Map<Process, number>, more: Map<Process, number>, factor: number): void {
  for (const [root, value] of more) sum.set(root, (sum.get(root) ?? 0) + value * factor);
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
