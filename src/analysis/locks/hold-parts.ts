import { groupBy } from "./group-by.js";
import type { Span } from "./lock-model.js";

/** A stretch of a hold during which its owner waits (index of that wait) or, with -1, does not. */
export interface Part {
  readonly span: Span;
  readonly from: number;
  readonly to: number;
  readonly wait: number;
}

/** Cuts every hold where its owner's own waits begin and end. */
export function splitHolds(waits: readonly Span[], holds: readonly Span[]): Part[] {
  const waitsOf = groupBy([...waits.keys()], (index) => waits[index]?.party);
  return holds.flatMap((span) => {
    const whole: Part = { span, from: span.from, to: span.to, wait: -1 };
    const own = (waitsOf.get(span.party) ?? []).filter((i) => {
      const wait = waits[i];
      return wait !== undefined && wait.from < span.to && wait.to > span.from;
    });
    if (own.length === 0) return [whole];
    return cutByWaits(span, own, waits);
  });
}

function cutByWaits(span: Span, own: readonly number[], waits: readonly Span[]): Part[] {
  const parts: Part[] = [];
  let at = span.from;
  const ordered = [...own].sort((a, b) => (waits[a]?.from ?? 0) - (waits[b]?.from ?? 0));
  for (const index of ordered) {
    const wait = waits[index];
    if (wait === undefined) continue;
    const from = Math.max(at, wait.from);
    const to = Math.min(span.to, wait.to);
    if (to <= from) continue;
    if (from > at) parts.push({ span, from: at, to: from, wait: -1 });
    parts.push({ span, from, to, wait: index });
    at = to;
  }
  if (at < span.to) parts.push({ span, from: at, to: span.to, wait: -1 });
  return parts;
}
