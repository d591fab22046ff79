import type { LockAnalysis, LockInput, LockSpan } from "../../contracts/lock-facts.js";
import { capturedSpans, objectLabel, readCaptures, type Sighting } from "./captured.js";
import { type ClusterDraft, clustersOfEpisode } from "./clusters.js";
import { withCycles } from "./cycle-clusters.js";
import { Eligibility } from "./eligibility.js";
import { findEpisodes } from "./episodes.js";
import type { Span } from "./lock-model.js";
import { DEFAULT_LOCK_SETTINGS, type LockSettings } from "./lock-settings.js";
import { spansByObject } from "./object-timeline.js";
import { actorOf, PartyList } from "./parties.js";
import { inferPileUp } from "./pile-up.js";
import { type PlacedBatch, placeCommand, spansOf } from "./placement.js";
import { isLoose, settle } from "./settle.js";
import { inferHolders } from "./shadow.js";

/**
 * Who blocked whom, from the totals of track output and from captures. Pure: same input, same answer.
 * All instants are local ms as in the contract; clusters come worst first. Method and limits: docs/decisions/lock-graph.md.
 */
export function analyzeLocks(input: LockInput, settings: LockSettings = DEFAULT_LOCK_SETTINGS): LockAnalysis {
  const parties = new PartyList(input, settings);
  const captured = readCaptures(input, parties);
  const waitedFor = objectsWaitedFor(input, captured.sightings, settings);
  const placements = parties.all.map((party) =>
    placeCommand(party, captured.anchors.get(party.index) ?? [], waitedFor, settings),
  );
  const batches = placements.flatMap((placement) => placement.placed);
  const loose = batches.filter(isLoose);
  const firm = [...placements.flatMap((one) => one.smears), ...batches.filter((b) => !isLoose(b)).flatMap(spansOf)];
  const sighted = capturedSpans(captured, parties, spansByObject(firm)).filter((span) => waitedFor.has(span.object));
  const fixed = [...firm, ...sighted];
  const known = [
    ...fixed,
    ...settleLoose(loose, fixed, (spans) => inferHolders(spans, parties, input, settings).spans),
  ];
  const shadows = inferHolders(known, parties, input, settings);
  const piled = inferPileUp(input, parties, settings);
  const spans = [...known, ...shadows.spans, ...piled.spans];
  const ties = new Map([...shadows.ties, ...piled.ties]);
  const context = { parties, captured, settings, ties, eligibility: new Eligibility(spans, settings) };
  const drafts = findEpisodes(spans, settings).flatMap((episode) => clustersOfEpisode(episode, context));
  return assemble(withCycles(drafts, captured, parties), parties, ties);
}

/** Tight waits first: the unlogged holder they betray then attracts the loose ones. */
function settleLoose(
  loose: readonly PlacedBatch[],
  fixed: readonly Span[],
  betray: (spans: readonly Span[]) => readonly Span[],
): Span[] {
  const first = settle(loose, fixed).flatMap(spansOf);
  if (first.length === 0) return [];
  const holders = betray([...fixed, ...first.filter((span) => span.what === "held")]);
  return holders.length === 0 ? first : settle(loose, [...fixed, ...holders]).flatMap(spansOf);
}

function objectsWaitedFor(input: LockInput, sightings: readonly Sighting[], settings: LockSettings): Set<string> {
  const objects = new Set(sightings.filter((seen) => seen.waiting).map((seen) => seen.object));
  for (const { uses } of input.commands) {
    for (const use of uses) if (use.waitMs >= settings.minWaitMs) objects.add(use.object);
  }
  return objects;
}

function assemble(
  drafts: readonly ClusterDraft[],
  parties: PartyList,
  ties: ReadonlyMap<number, readonly number[]>,
): LockAnalysis {
  const blockedMs = (draft: ClusterDraft) => draft.cluster.victims.reduce((sum, victim) => sum + victim.waitMs, 0);
  const ordered = drafts
    .filter((draft) => draft.cluster.victims.length > 0 || draft.cluster.cycles.length > 0)
    .sort((a, b) => blockedMs(b) - blockedMs(a) || a.cluster.fromMs - b.cluster.fromMs);
  const clusters = ordered.map((draft, index) => ({ ...draft.cluster, id: `lock-${index + 1}` }));
  const named = new Set<number>();
  const spans = new Set<Span>();
  for (const draft of ordered) {
    for (const party of draft.parties) for (const one of [party, ...(ties.get(party) ?? [])]) named.add(one);
    for (const span of draft.spans) spans.add(span);
  }
  const actors = new Map([...named].map((index) => [parties.at(index).key, actorOf(parties.at(index))]));
  return { actors, clusters, spans: [...spans].map((span) => publish(span, parties)) };
}

function publish(span: Span, parties: PartyList): LockSpan {
  const { object, mode, what, certainty, ref } = span;
  const actor = parties.at(span.party).key;
  const [fromMs, toMs] = [Math.round(span.from), Math.round(span.to)];
  return {
    actor,
    object: objectLabel(object),
    mode,
    what,
    fromMs,
    toMs,
    slackMs: Math.round(span.slack),
    certainty,
    ref,
  };
}
