import type { BlockEdge, Certainty, LockMode } from "../../contracts/lock-facts.js";
import { type CapturedEdge, objectLabel } from "./captured.js";
import { collide, overlapMs, type Span } from "./lock-model.js";
import { lastAtOrBefore, spansByObject } from "./object-timeline.js";
import type { PartyList } from "./parties.js";

/** An edge between parties, before it is given out under their keys. */
export interface Edge {
  readonly blocker: number;
  readonly blocked: number;
  readonly wait: Span | null;
  readonly held: Span | null;
  readonly behindWriter: number | null;
  readonly edge: BlockEdge;
}

/** Longest holds looked at per object, so that 20,000 waits behind 20,000 short holds stay cheap. */
const HEAVY_HOLDS = 64;
const EDGES_PER_WAIT = 8;
/** Less than this, and less than this share of the wait, is not drawn. */
const EDGE_MS = 100;
const EDGE_SHARE = 0.05;
const QUEUED_SHARE = 0.5;

interface ObjectHolds {
  readonly heavy: readonly Span[];
  readonly byEnd: readonly Span[];
  readonly ends: readonly number[];
  readonly waitingWriters: readonly Span[];
}

/**
 * Who stood behind whom: for each wait the holders that overlap it most, and the one whose release ended it. Modes
 * must collide; in a fair queue a reader may stand behind a waiting writer, and then behind the readers that one waits for.
 */
export function blockingEdges(spans: readonly Span[], parties: PartyList): Edge[] {
  const edges: Edge[] = [];
  for (const list of spansByObject(spans).values()) {
    const waits = list.filter((span) => span.what === "wait");
    if (waits.length === 0) continue;
    const holds = indexHolds(list, waits);
    for (const wait of waits) edges.push(...edgesOfWait(wait, holds, parties));
  }
  return edges;
}

function indexHolds(spans: readonly Span[], waits: readonly Span[]): ObjectHolds {
  const byLength = (a: Span, b: Span) => b.to - b.from - (a.to - a.from) || a.party - b.party;
  const held = spans.filter((span) => span.what === "held");
  const byEnd = held.filter((span) => span.weight === 1).sort((a, b) => a.to - b.to);
  const writers = waits.filter((span) => span.mode === "W").sort(byLength);
  return {
    heavy: [...held].sort(byLength).slice(0, HEAVY_HOLDS),
    byEnd,
    ends: byEnd.map((span) => span.to),
    waitingWriters: writers.slice(0, HEAVY_HOLDS),
  };
}

function edgesOfWait(wait: Span, holds: ObjectHolds, parties: PartyList): Edge[] {
  const releaser = holds.byEnd[lastAtOrBefore(holds.ends, wait.to + 1)];
  const least = Math.max(EDGE_MS, (wait.to - wait.from) * EDGE_SHARE);
  const found: { held: Span; ms: number }[] = [];
  const consider = (held: Span) => {
    const ms = overlapMs(held.from, held.to, wait.from, wait.to) * held.weight;
    if (ms >= least && held.party !== wait.party) found.push({ held, ms });
  };
  for (const held of holds.heavy) consider(held);
  if (releaser !== undefined && !holds.heavy.includes(releaser)) consider(releaser);
  found.sort((a, b) => b.ms - a.ms);
  const colliding = found.filter(({ held }) => collide(held.mode, wait.mode));
  const explained = colliding.reduce((sum, { ms }) => sum + ms, 0);
  const edges = colliding.slice(0, EDGES_PER_WAIT).map(({ held, ms }) => toEdge(wait, held, ms, null, parties));
  const writer = explained < (wait.to - wait.from) * QUEUED_SHARE ? writerAhead(wait, holds) : undefined;
  if (writer !== undefined) {
    const readers = found
      .filter(({ held }) => held.mode === "R" && held.party !== writer.party)
      .slice(0, EDGES_PER_WAIT);
    for (const { held, ms } of readers) edges.push(toEdge(wait, held, ms, writer.party, parties));
  }
  return edges;
}

function writerAhead(wait: Span, holds: ObjectHolds): Span | undefined {
  if (wait.mode === "W") return undefined;
  return holds.waitingWriters.find(
    (writer) => writer.party !== wait.party && overlapMs(writer.from, writer.to, wait.from, wait.to) >= EDGE_MS,
  );
}

function toEdge(wait: Span, held: Span, ms: number, behindWriter: number | null, parties: PartyList): Edge {
  const certain =
    Math.min(held.to - held.slack, wait.to - wait.slack) - Math.max(held.from + held.slack, wait.from + wait.slack);
  const edge: BlockEdge = {
    blocker: parties.at(held.party).key,
    blocked: parties.at(wait.party).key,
    object: objectLabel(wait.object),
    blockerMode: held.mode,
    blockedMode: wait.mode,
    overlapMs: Math.round(ms),
    certainMs: held.weight < 1 ? 0 : Math.max(0, Math.round(certain)),
    certainty: weaker(held.certainty, wait.certainty),
    ...(behindWriter === null ? {} : { behindWriter: parties.at(behindWriter).key }),
    refs: [wait.ref, held.ref],
  };
  return { blocker: held.party, blocked: wait.party, wait, held, behindWriter, edge };
}

const STRENGTH: readonly Certainty[] = ["logged", "captured", "inferred"];

function weaker(a: Certainty, b: Certainty): Certainty {
  return STRENGTH.indexOf(a) >= STRENGTH.indexOf(b) ? a : b;
}

/**
 * Lets captures speak: an edge that a capture shows too gets its evidence (and is no longer merely inferred); an edge
 * that only a capture shows is added, without a length of its own.
 */
export function withCaptured(edges: readonly Edge[], captured: readonly CapturedEdge[], parties: PartyList): Edge[] {
  const seen = new Map<string, CapturedEdge>();
  const keyOf = (blocker: number, blocked: number, object: string) => `${blocker} ${blocked} ${object}`;
  for (const one of captured) {
    const key = keyOf(one.blocker, one.blocked, one.object);
    if (!seen.has(key)) seen.set(key, one);
  }
  const used = new Set<string>();
  const merged = edges.map((one): Edge => {
    const key = keyOf(one.blocker, one.blocked, one.wait?.object ?? one.edge.object);
    const sighted = seen.get(key);
    if (sighted === undefined) return one;
    used.add(key);
    const certainty = one.edge.certainty === "inferred" ? "captured" : one.edge.certainty;
    return { ...one, edge: { ...one.edge, certainty, refs: [...one.edge.refs, ...sighted.refs] } };
  });
  for (const [key, one] of seen) if (!used.has(key)) merged.push(capturedOnly(one, parties));
  return merged;
}

function capturedOnly(one: CapturedEdge, parties: PartyList): Edge {
  const modes: { blockerMode: LockMode; blockedMode: LockMode } = one;
  const edge: BlockEdge = {
    blocker: parties.at(one.blocker).key,
    blocked: parties.at(one.blocked).key,
    object: objectLabel(one.object),
    blockerMode: modes.blockerMode,
    blockedMode: modes.blockedMode,
    overlapMs: 0,
    certainMs: 0,
    certainty: "captured",
    refs: one.refs,
  };
  return { blocker: one.blocker, blocked: one.blocked, wait: null, held: null, behindWriter: null, edge };
}
