import { least, most } from "../../base/extremes.js";
import type { LockInput, LockMode } from "../../contracts/lock-facts.js";
import { overlapMs, type Party, type Span, scopeKey, unionOf } from "./lock-model.js";
import type { LockSettings } from "./lock-settings.js";
import type { Stretch } from "./lock-steps.js";
import { lastAtOrBefore, ObjectTimeline, type Segment, spansByObject } from "./object-timeline.js";
import type { PartyList } from "./parties.js";
import { candidateRanking, type Shadow } from "./shadow-candidates.js";

export interface ShadowResult {
  readonly spans: readonly Span[];
  /** For an unnamed holder: the open commands it may have been, best first. */
  readonly ties: ReadonlyMap<number, readonly number[]>;
}

/** Placement errors leave slivers uncovered; a shadow is longer than those. */
const SLIVER_MS = 1000;
const SHORTEST_SHADOW_MS = 2000;
const BARE_SHARE = 0.3;
/** Runs of one shadow may be interrupted by short holders that slipped in. */
const RUN_GAP_MS = 1000;
const MOST_SHADOWS = 2000;
const MOST_BLUR_MS = 1000;

/**
 * Infers holders that never logged: waits that begin and end without any known holder cast a shadow. Shadows of several
 * objects at the same time belong to one holder. It is an open command that started just before, if one fits; several
 * that fit equally are a tie; if none fits it is somebody outside the log.
 */
export function inferHolders(
  spans: readonly Span[],
  strangers: readonly Span[],
  parties: PartyList,
  input: LockInput,
  settings: LockSettings,
): ShadowResult {
  const shadows = [...spansByObject(spans)].flatMap(([object, list]) => shadowsOn(object, list));
  shadows.sort((a, b) => b.to - b.from - (a.to - a.from));
  const groups = groupInTime(shadows.slice(0, MOST_SHADOWS));
  const found: Span[] = [];
  const ties = new Map<number, readonly number[]>();
  const naming: Naming = {
    sighted: sightedHolds([...strangers, ...spans]),
    rank: candidateRanking(spans, parties, input),
    parties,
    settings,
  };
  groups.forEach((group, index) => {
    const holder = holderOf(group, index, naming);
    if (holder.tie.length > 0) ties.set(holder.party.index, holder.tie);
    for (const shadow of group) found.push(heldSpan(shadow, holder));
  });
  return { spans: found, ties };
}

function shadowsOn(object: string, spans: readonly Span[]): Shadow[] {
  const waited = unionOf(spans.filter(({ what }) => what === "wait").map(({ from, to }) => [from, to]));
  if (waited.length === 0) return [];
  const starts = waited.map(([from]) => from);
  const blurred = spans.filter((span) => span.what === "wait" || isBeside(span, waited, starts)).flatMap(blur);
  const timeline = new ObjectTimeline(blurred);
  const bare = spans.filter((span) => span.what === "wait" && isBare(span, timeline));
  if (bare.length === 0) return [];
  const holds = blurred.filter((span) => span.what === "held");
  const runs = mergeRuns(new ObjectTimeline([...holds, ...bare]).uncovered());
  return runs
    .filter((run) => run.to - run.from >= SHORTEST_SHADOW_MS)
    .map((run) => {
      const waits = bare.filter((wait) => overlapMs(wait.from, wait.to, run.from, run.to) > 0);
      const [from, to] = wellPlaced(waits, run);
      const mode: LockMode = run.readers > 0 ? "W" : "R";
      return { object, from, to, mode, waits };
    });
}

/** A hold that no wait comes near explains nothing, and most of a log's holds are such. */
function isBeside(
  { from, to, slack }: Span,
  waited: readonly (readonly [number, number])[],
  starts: readonly number[],
): boolean {
  const around = Math.min(slack, MOST_BLUR_MS);
  const last = waited[lastAtOrBefore(starts, to + around)];
  return last !== undefined && last[1] >= from - around;
}

/**
 * A hold may lie anywhere within its slack. A short one therefore explains a part of all of that: without this a convoy
 * of short holds would look half empty wherever two of them happen to be placed on top of each other. A long one
 * explains what it covers, and perhaps a little around it.
 */
function blur(span: Span): Stretch[] {
  const length = span.to - span.from;
  const slack = Math.min(span.slack, MOST_BLUR_MS);
  const { mode, what } = span;
  if (what === "wait" || slack === 0 || length <= 0) return [span];
  if (length < 2 * slack) {
    const weight = (span.weight * length) / (length + 2 * slack);
    return [{ mode, what, from: span.from - slack, to: span.to + slack, weight }];
  }
  const weight = span.weight / 2;
  return [
    { mode, what, from: span.from - slack, to: span.from, weight },
    span,
    { mode, what, from: span.to, to: span.to + slack, weight },
  ];
}

/** Loosely placed waits may stick out on both sides; where there are tight ones, they alone tell when it began and ended. */
function wellPlaced(waits: readonly Span[], run: { from: number; to: number }): [number, number] {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const wait of waits) {
    if (wait.slack > MOST_BLUR_MS) continue;
    from = Math.min(from, wait.from);
    to = Math.max(to, wait.to);
  }
  const clipped: [number, number] = [Math.max(run.from, from), Math.min(run.to, to)];
  return clipped[1] - clipped[0] >= SHORTEST_SHADOW_MS ? clipped : [run.from, run.to];
}

function isBare(wait: Span, timeline: ObjectTimeline): boolean {
  const length = wait.to - wait.from;
  const bareMs = length - timeline.coveredMs(wait.mode, wait.from, wait.to);
  return bareMs >= SLIVER_MS && bareMs >= length * BARE_SHARE;
}

function mergeRuns(segments: readonly Segment[]): { from: number; to: number; readers: number }[] {
  const runs: { from: number; to: number; readers: number }[] = [];
  for (const { from, to, readers } of segments) {
    const last = runs[runs.length - 1];
    if (last !== undefined && from - last.to <= RUN_GAP_MS) {
      last.to = to;
      last.readers = Math.max(last.readers, readers);
    } else runs.push({ from, to, readers });
  }
  return runs;
}

/** Longest first: a shadow joins the group whose longest shadow it shares at least half of its time with. */
function groupInTime(shadows: readonly Shadow[]): Shadow[][] {
  const groups: Shadow[][] = [];
  for (const shadow of shadows) {
    const home = groups.find(([longest]) => {
      if (longest === undefined || scopeKey(longest.object) !== scopeKey(shadow.object)) return false;
      return overlapMs(longest.from, longest.to, shadow.from, shadow.to) >= (shadow.to - shadow.from) / 2;
    });
    if (home === undefined) groups.push([shadow]);
    else home.push(shadow);
  }
  return groups;
}

interface Holder {
  readonly party: Party;
  readonly tie: readonly number[];
  /** A capture showed it holding. */
  readonly seen: boolean;
}

/** What holders are found with; the same for all shadows. */
interface Naming {
  readonly sighted: readonly Span[];
  readonly rank: (group: readonly Shadow[]) => number[];
  readonly parties: PartyList;
  readonly settings: LockSettings;
}

function holderOf(group: readonly Shadow[], index: number, { sighted, rank, parties, settings }: Naming): Holder {
  const seen = sightedHolder(group, sighted);
  if (seen !== null) return { party: parties.at(seen), tie: [], seen: true };
  const candidates = rank(group);
  const only = candidates[0];
  if (only !== undefined && candidates.length === 1) return { party: parties.at(only), tie: [], seen: false };
  const from = least(group.map((shadow) => shadow.from));
  const to = most(group.map((shadow) => shadow.to));
  const times = { startLo: from, startHi: from, endLo: to, endHi: to };
  const ref = group[0]?.waits[0]?.ref ?? { sourceId: 0, lineNo: 0, byteOffset: 0 };
  const party = parties.unknown(`u${index + 1} ${Math.round(from)}`, times, ref);
  return { party, tie: candidates.length <= settings.tieLimit ? candidates : [], seen: false };
}

/** Holds that a capture showed, of whoever waits for nothing. */
function sightedHolds(spans: readonly Span[]): Span[] {
  const waiting = new Set(spans.filter((span) => span.what === "wait").map((span) => span.party));
  return spans.filter(
    ({ certainty, what, party }) => certainty === "captured" && what === "held" && !waiting.has(party),
  );
}

/** A capture showed somebody without track output holding other locks just then, and not waiting: the likeliest holder. */
function sightedHolder(group: readonly Shadow[], sighted: readonly Span[]): number | null {
  const scope = group[0] === undefined ? "" : scopeKey(group[0].object);
  let best: number | null = null;
  let most = 0;
  for (const span of sighted) {
    if (scopeKey(span.object) !== scope) continue;
    for (const shadow of group) {
      const shared = overlapMs(span.from, span.to, shadow.from, shadow.to);
      if (shared < (shadow.to - shadow.from) / 2 || shared <= most) continue;
      most = shared;
      best = span.party;
    }
  }
  return best;
}

function heldSpan(shadow: Shadow, { party, seen }: Holder): Span {
  const ref = party.ref ?? shadow.waits[0]?.ref ?? { sourceId: 0, lineNo: 0, byteOffset: 0 };
  const { object, mode, from, to } = shadow;
  return {
    party: party.index,
    object,
    mode,
    what: "held",
    from,
    to,
    slack: 1000,
    weight: 1,
    certainty: seen ? "captured" : "inferred",
    ref,
  };
}
