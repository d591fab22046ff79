import type { CapturedFacts, Sighting } from "./captured.js";
import { groupBy } from "./group-by.js";
import { collide, type Party, type Span } from "./lock-model.js";
import type { PartyList } from "./parties.js";

/** A logged span this well placed may bound what captures show. */
const TIGHT_MS = 1000;
/** Seen waiting once, nothing known of how long. */
const SEEN_ONCE_MS = 1000;

/**
 * Turns what captures saw of parties without track output for that object into spans. Such a hold lasts from the
 * party's start until somebody else is known to have got the lock, or the evidence ends; a wait ends with it.
 */
export function capturedSpans(
  facts: CapturedFacts,
  parties: PartyList,
  logged: ReadonlyMap<string, readonly Span[]>,
): Span[] {
  const untracked = facts.sightings.filter((seen) => !isLogged(seen, parties));
  const waitsOn = groupBy(
    untracked.filter((seen) => seen.waiting),
    (seen) => seen.object,
  );
  const holds = untracked
    .filter((seen) => !seen.waiting)
    .map((seen) => {
      const tight = (logged.get(seen.object) ?? []).filter((span) => span.weight === 1 && span.slack <= TIGHT_MS);
      return holdSpan(seen, parties, tight, waitsOn.get(seen.object) ?? [], facts.takenMs);
    });
  const holdsOn = groupBy(holds, (hold) => hold.object);
  const waits = untracked
    .filter((seen) => seen.waiting)
    .map((seen) => {
      const tight = (logged.get(seen.object) ?? []).filter((span) => span.what === "held" && span.slack <= TIGHT_MS);
      return waitSpan(seen, parties, [...(holdsOn.get(seen.object) ?? []), ...tight], facts.takenMs);
    });
  return [...holds, ...waits];
}

function isLogged(seen: Sighting, parties: PartyList): boolean {
  const command = parties.at(seen.party).command;
  if (command === null) return false;
  // A completed command with track output waited and held as it says; what it leaves out was below its thresholds.
  return command.hasTrack && (command.lapseMs !== null || command.uses.some((use) => use.object === seen.object));
}

/** The hold lies between the last tight logged hold it collides with before the sighting and the first one after. */
function holdSpan(
  seen: Sighting,
  parties: PartyList,
  tight: readonly Span[],
  waits: readonly Sighting[],
  takenMs: readonly number[],
): Span {
  const holder = parties.at(seen.party);
  const { times } = holder;
  const start = startKnown(holder) ? (times.startLo + times.startHi) / 2 : firstWait(seen, tight, waits, parties);
  let from = Math.min(seen.firstMs, start);
  let to = Math.max(seen.lastMs, times.endHi);
  for (const span of tight) {
    if (span.what !== "held" || !collide(span.mode, seen.mode) || span.party === seen.party) continue;
    if (span.from >= seen.lastMs) to = Math.min(to, span.from);
    else if (span.to <= seen.firstMs) from = Math.max(from, span.to);
  }
  for (const at of takenMs) {
    if (at > seen.lastMs) to = Math.min(to, at);
    else if (at < seen.firstMs) from = Math.max(from, at);
  }
  const { party, object, mode, ref } = seen;
  return { party, object, mode, what: "held", from, to, slack: 1000, weight: 1, certainty: "captured", ref };
}

/** Nothing tells when the holder began: not after the first of those who waited when it was seen. */
function firstWait(seen: Sighting, tight: readonly Span[], waits: readonly Sighting[], parties: PartyList): number {
  let first = seen.firstMs;
  for (const wait of waits) if (collide(wait.mode, seen.mode)) first = Math.min(first, waitFrom(wait, parties));
  for (const span of tight) {
    const stood = span.what === "wait" && span.from <= seen.firstMs + TIGHT_MS && span.to >= seen.firstMs - TIGHT_MS;
    if (stood && collide(span.mode, seen.mode)) first = Math.min(first, span.from);
  }
  return first;
}

function startKnown({ command, process }: Party): boolean {
  return command !== null || (process?.elapsedMs ?? null) !== null;
}

function waitFrom(seen: Sighting, parties: PartyList): number {
  const party = parties.at(seen.party);
  const { startLo, startHi } = party.times;
  return Math.min(seen.firstMs, startKnown(party) ? (startLo + startHi) / 2 : seen.firstMs - SEEN_ONCE_MS);
}

function waitSpan(seen: Sighting, parties: PartyList, holds: readonly Span[], takenMs: readonly number[]): Span {
  const { times } = parties.at(seen.party);
  const start = waitFrom(seen, parties);
  let to = seen.lastMs;
  let ahead = seen.firstMs;
  for (const hold of holds) {
    if (hold.party === seen.party || !collide(hold.mode, seen.mode) || hold.to < start) continue;
    if (hold.from <= seen.lastMs) to = Math.max(to, Math.min(hold.to, times.endHi));
    ahead = Math.min(ahead, hold.from);
  }
  // Before the first known holder had the lock, nobody is known to have been in its way; in an earlier capture it was
  // not waiting yet.
  let from = ahead < seen.firstMs ? Math.max(start, ahead) : start;
  for (const at of takenMs) if (at < seen.firstMs) from = Math.max(from, at);
  const { party, object, mode, ref } = seen;
  return { party, object, mode, what: "wait", from, to, slack: 1000, weight: 1, certainty: "captured", ref };
}
