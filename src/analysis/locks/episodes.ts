import { groupBy } from "./group-by.js";
import { type Span, unionMs, unionOf } from "./lock-model.js";
import type { LockSettings } from "./lock-settings.js";
import { lastAtOrBefore, spansByObject } from "./object-timeline.js";

/** Waits this close together are one episode. */
const EPISODE_GAP_MS = 2000;
/** A hold this long ties the waits it spans into one episode. */
const TYING_HOLD_MS = 2000;

/**
 * Cuts the evidence into stretches in which somebody waits seriously, so that each can be worked on alone. A long hold
 * with waits on its object ties everything it spans together.
 */
export function findEpisodes(spans: readonly Span[], settings: LockSettings): Span[][] {
  const serious = seriousWaits(spans, settings);
  if (serious.length === 0) return [];
  const intervals = serious.map((wait): [number, number] => [wait.from, wait.to + EPISODE_GAP_MS]);
  const waitsOn = spansByObject(serious);
  for (const [object, holds] of spansByObject(spans.filter((span) => span.what === "held"))) {
    const waited = unionOf((waitsOn.get(object) ?? []).map((wait) => [wait.from, wait.to]));
    const starts = waited.map(([from]) => from);
    for (const hold of holds) {
      if (hold.weight < 1 || hold.to - hold.from < TYING_HOLD_MS) continue;
      const reach = tiedBy(hold, waited, starts);
      if (reach !== null) intervals.push(reach);
    }
  }
  // Small waits that touch a serious one show how its queue began.
  for (const span of spans) if (span.what === "wait") intervals.push([span.from, span.to]);
  const starts = serious.map((wait) => wait.from).sort((a, b) => a - b);
  const windows = unionOf(intervals).filter(([from, to]) => {
    const first = starts[lastAtOrBefore(starts, to)];
    return first !== undefined && first >= from;
  });
  return distribute(spans, windows);
}

/** From the first to the last wait under a hold. */
function tiedBy(
  hold: Span,
  waited: readonly (readonly [number, number])[],
  starts: readonly number[],
): [number, number] | null {
  const last = lastAtOrBefore(starts, hold.to);
  let first = Math.max(0, lastAtOrBefore(starts, hold.from));
  if ((waited[first]?.[1] ?? 0) < hold.from) first++;
  const [from, to] = [waited[first]?.[0], waited[last]?.[1]];
  return from === undefined || to === undefined || last < first ? null : [from, to];
}

/** Waits of commands that waited long enough, in all, to be victims. */
function seriousWaits(spans: readonly Span[], settings: LockSettings): Span[] {
  const waits = spans.filter((span) => span.what === "wait");
  const byParty = groupBy(waits, (span) => span.party);
  return [...byParty.values()].filter((own) => unionMs(own) >= settings.victimMs).flat();
}

/** A span goes to every window that it overlaps. */
function distribute(spans: readonly Span[], windows: readonly (readonly [number, number])[]): Span[][] {
  const starts = windows.map(([from]) => from);
  const episodes: Span[][] = windows.map(() => []);
  for (const span of spans) {
    const last = lastAtOrBefore(starts, span.to);
    for (let i = last; i >= 0; i--) {
      const window = windows[i];
      if (window === undefined || window[1] < span.from) break;
      episodes[i]?.push(span);
    }
  }
  return episodes;
}
