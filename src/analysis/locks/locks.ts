import type { LockAnalysis, LockInput, LockSpan } from "../../contracts/lock-facts.js";
import { objectLabel, readCaptures, type Sighting } from "./captured.js";
import { capturedSpans } from "./captured-spans.js";
import { type ClusterDraft, clustersOfEpisode } from "./clusters.js";
import { withCycles } from "./cycle-clusters.js";
import { Eligibility } from "./eligibility.js";
import { findEpisodes } from "./episodes.js";
import { KnownSpans } from "./known-spans.js";
import type { Span } from "./lock-model.js";
import { DEFAULT_LOCK_SETTINGS, type LockSettings } from "./lock-settings.js";
import { spansByObject } from "./object-timeline.js";
import { actorOf, PartyList } from "./parties.js";
import { inferPileUp } from "./pile-up.js";
import { type PlacedBatch, placeCommand, spansOf } from "./placement.js";
import { isLoose, type Settled, settle } from "./settle.js";
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
  const strangers = sighted.filter((span) => isStranger(span, parties, input));
  const fixed = [...firm, ...sighted.filter((span) => !isStranger(span, parties, input))];
  const settled = settleLoose(loose, fixed, (spans) => inferHolders(spans, strangers, parties, input, settings).spans);
  const known = [...fixed, ...settled.batches.flatMap(spansOf)];
  const shadows = inferHolders(known, strangers, parties, input, settings);
  const piled = inferPileUp(input, parties, settings);
  const spans = [...known, ...shadows.spans, ...piled.spans];
  const ties = new Map([...shadows.ties, ...piled.ties]);
  const context = {
    parties,
    captured,
    settings,
    ties,
    rivals: settled.rivals,
    eligibility: new Eligibility(spans, settings),
  };
  const drafts = findEpisodes(spans, settings).flatMap((episode) => clustersOfEpisode(episode, context));
  return assemble(withCycles(drafts, captured, parties), parties, new Map([...settled.rivals, ...ties]));
}

/**
 * A holder of a capture that neither the log nor monitor knows may be a process outside the log, or a command too short
 * to be in the input. Only waiting that nobody else explains can tell, so it covers nothing by itself.
 */
function isStranger(span: Span, parties: PartyList, input: LockInput): boolean {
  const { command, process } = parties.at(span.party);
  return span.what === "held" && command === null && process === null && input.commands.length > 0;
}

/** Tight waits first: the unlogged holder they betray then attracts the loose ones. */
function settleLoose(
  loose: readonly PlacedBatch[],
  fixed: readonly Span[],
  betray: (spans: readonly Span[]) => readonly Span[],
): Settled {
  const known = new KnownSpans(fixed);
  const first = settle(loose, new KnownSpans([], known));
  if (loose.length === 0) return first;
  const holds = first.batches.flatMap(spansOf).filter((span) => span.what === "held");
  const holders = betray([...fixed, ...holds]);
  return holders.length === 0 ? first : settle(loose, new KnownSpans(holders, known));
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
