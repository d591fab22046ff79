import type { LockInput, LockMode } from "../../contracts/lock-facts.js";
import { isTable, overlapMs, type Party, type Span } from "./lock-model.js";
import type { LockSettings } from "./lock-settings.js";
import { ObjectTimeline, type Segment, spansByObject } from "./object-timeline.js";
import type { PartyList } from "./parties.js";
import { rankCandidates } from "./shadow-candidates.js";

/** Waiting on one object that no known holder explains. */
export interface Shadow {
  readonly object: string;
  readonly from: number;
  readonly to: number;
  /** Readers waited too, so the holder wrote; else its mode is open. */
  readonly mode: LockMode;
  readonly waits: readonly Span[];
}

export interface ShadowResult {
  readonly spans: readonly Span[];
  /** For an unnamed holder: the open commands it may have been, best first. */
  readonly ties: ReadonlyMap<number, readonly number[]>;
}

/** Placement errors leave slivers uncovered; a shadow is longer than those. */
const SLIVER_MS = 1000;
const BARE_SHARE = 0.3;
/** Runs of one shadow may be interrupted by short holders that slipped in. */
const RUN_GAP_MS = 1000;
const MOST_SHADOWS = 2000;

/**
 * Infers holders that never logged: waits that begin and end without any known holder cast a shadow. Shadows of several
 * objects at the same time belong to one holder. It is an open command that started just before, if one fits; several
 * that fit equally are a tie; if none fits it is somebody outside the log.
 */
export function inferHolders(
  spans: readonly Span[],
  parties: PartyList,
  input: LockInput,
  settings: LockSettings,
): ShadowResult {
  const shadows: Shadow[] = [];
  for (const [object, list] of spansByObject(spans)) shadows.push(...shadowsOn(object, list));
  shadows.sort((a, b) => b.to - b.from - (a.to - a.from));
  const groups = groupInTime(shadows.slice(0, MOST_SHADOWS));
  const found: Span[] = [];
  const ties = new Map<number, readonly number[]>();
  groups.forEach((group, index) => {
    const holder = holderOf(group, index, spans, parties, input, settings);
    if (holder.tie.length > 0) ties.set(holder.party.index, holder.tie);
    for (const shadow of group) found.push(heldSpan(shadow, holder.party));
  });
  return { spans: found, ties };
}

function shadowsOn(object: string, spans: readonly Span[]): Shadow[] {
  const timeline = new ObjectTimeline(spans);
  const bare = spans.filter((span) => span.what === "wait" && isBare(span, timeline));
  if (bare.length === 0) return [];
  const holds = spans.filter((span) => span.what === "held");
  const runs = mergeRuns(new ObjectTimeline([...holds, ...bare]).uncovered());
  return runs
    .filter((run) => run.to - run.from >= SLIVER_MS)
    .map((run) => {
      const waits = bare.filter((wait) => overlapMs(wait.from, wait.to, run.from, run.to) > 0);
      const mode: LockMode = run.readers > 0 ? "W" : "R";
      return { object, from: run.from, to: run.to, mode, waits };
    });
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
      if (longest === undefined || scopeOf(longest) !== scopeOf(shadow)) return false;
      return overlapMs(longest.from, longest.to, shadow.from, shadow.to) >= (shadow.to - shadow.from) / 2;
    });
    if (home === undefined) groups.push([shadow]);
    else home.push(shadow);
  }
  return groups;
}

/** One workspace's lock has nothing to do with the tables; tables and meta/ locks go together. */
function scopeOf(shadow: Shadow): string {
  return isTable(shadow.object) || shadow.object.startsWith("meta/") ? "table" : shadow.object;
}

function holderOf(
  group: readonly Shadow[],
  index: number,
  spans: readonly Span[],
  parties: PartyList,
  input: LockInput,
  settings: LockSettings,
): { party: Party; tie: readonly number[] } {
  const candidates = rankCandidates(group, spans, parties, input);
  const only = candidates[0];
  if (only !== undefined && candidates.length === 1) return { party: parties.at(only), tie: [] };
  const from = Math.min(...group.map((shadow) => shadow.from));
  const to = Math.max(...group.map((shadow) => shadow.to));
  const times = { startLo: from, startHi: from, endLo: to, endHi: to };
  const ref = group[0]?.waits[0]?.ref ?? { sourceId: 0, lineNo: 0, byteOffset: 0 };
  const party = parties.unknown(`u${index + 1}`, times, ref);
  return { party, tie: candidates.length <= settings.tieLimit ? candidates : [] };
}

function heldSpan(shadow: Shadow, holder: Party): Span {
  const ref = holder.ref ?? shadow.waits[0]?.ref ?? { sourceId: 0, lineNo: 0, byteOffset: 0 };
  const { object, mode, from, to } = shadow;
  return {
    party: holder.index,
    object,
    mode,
    what: "held",
    from,
    to,
    slack: 1000,
    weight: 1,
    certainty: "inferred",
    ref,
  };
}
