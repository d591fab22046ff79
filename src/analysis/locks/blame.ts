import { BlameSweep } from "./blame-sweep.js";
import { directBlocking } from "./direct-blocking.js";
import { groupBy } from "./group-by.js";
import { type CanBeRoot, type Span, unionOf } from "./lock-model.js";

/**
 * Whose fault is each wait? One sweep over time: at every instant a wait is charged to those who hold its object.
 * A holder that does not wait itself keeps the charge; a carrier hands it on to whoever it is waiting for at that
 * instant (`live`), or, once it waits no more, to whoever it had waited for (`aftermath`: the staircase of writers
 * that drains after a release). So a queue of 200 commits leads back to one root, not to 200.
 */
export interface Blame {
  /** Parties that can be roots, most direct blocking first; vectors are indexed by this list. */
  readonly suspects: readonly number[];
  /** Per suspect the object where it blocked most. */
  readonly suspectObjects: readonly string[];
  /** Per wait (index into `waits`): charged ms per suspect, live and in all; the rest has no known holder. */
  readonly waits: readonly Span[];
  readonly live: readonly Float64Array[];
  readonly traced: readonly Float64Array[];
  /** Waiting that ends at holders which may not be suspects because each of them matters too little. */
  readonly minor: readonly number[];
}

/** Waits times suspects kept in memory for one episode; the least blocking suspects are dropped first. */
const MOST_CELLS = 2_000_000;
const MOST_SUSPECTS = 256;
/** A suspect that blocked less than this in all is not followed by name. */
const SUSPECT_MS = 200;
/** Carriers may stand behind carriers, one lock object further each time; deeper chains converge from here anyway. */
const PASSES = 8;
/** A pass that changes less than this per wait was the last one. */
const SETTLED_MS = 0.5;

export function traceBlame(spans: readonly Span[], canBeRoot: CanBeRoot): Blame {
  const waits = spans.filter((span) => span.what === "wait" && span.to > span.from);
  const holds = trimOwnWaits(spans);
  const direct = directBlocking(
    waits,
    holds.filter((hold) => canBeRoot(hold.party, hold.object)),
  );
  const most = Math.min(MOST_SUSPECTS, Math.max(16, Math.floor(MOST_CELLS / Math.max(1, waits.length))));
  const suspects = [...direct.keys()]
    .filter((party) => (direct.get(party)?.totalMs ?? 0) >= SUSPECT_MS)
    .sort((a, b) => (direct.get(b)?.totalMs ?? 0) - (direct.get(a)?.totalMs ?? 0) || a - b)
    .slice(0, most);
  const sweep = new BlameSweep(suspects, waits, holds, canBeRoot);
  for (let pass = 0; pass < PASSES; pass++) {
    const movedMs = sweep.run();
    if (movedMs <= waits.length * SETTLED_MS) break;
  }
  const suspectObjects = suspects.map((party) => direct.get(party)?.object ?? "");
  return { suspects, suspectObjects, waits, live: sweep.live, traced: sweep.traced, minor: sweep.minor };
}

/** A command does not block itself: its holds pause where it waits for the same object. */
function trimOwnWaits(spans: readonly Span[]): Span[] {
  const waitsOf = groupBy(
    spans.filter((span) => span.what === "wait"),
    (span) => span.party,
  );
  return spans.flatMap((span) => {
    if (span.what !== "held") return [];
    const own = waitsOf.get(span.party)?.filter((wait) => wait.object === span.object) ?? [];
    if (own.length === 0) return span;
    const pauses = unionOf(own.map(({ from, to }) => [from, to]));
    return without(span.from, span.to, pauses).map(([from, to]) => ({ ...span, from, to }));
  });
}

/** [from, to] less the given disjoint, ordered intervals. */
function without(from: number, to: number, holes: readonly (readonly [number, number])[]): [number, number][] {
  const left: [number, number][] = [];
  let at = from;
  for (const [holeFrom, holeTo] of holes) {
    if (holeTo <= at) continue;
    if (holeFrom >= to) break;
    if (holeFrom > at) left.push([at, holeFrom]);
    at = holeTo;
  }
  if (at < to) left.push([at, to]);
  return left;
}
