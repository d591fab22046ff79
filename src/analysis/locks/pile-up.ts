import type { LockCommand, LockInput } from "../../contracts/lock-facts.js";
import type { Span } from "./lock-model.js";
import type { LockSettings } from "./lock-settings.js";
import { isOpen, type PartyList } from "./parties.js";
import type { ShadowResult } from "./shadow.js";
import { isBackground } from "./shadow-candidates.js";

/** Commands younger than this at the end of the log may simply be running. */
const SETTLED_MS = 5000;
const FEWEST_STUCK = 5;
/** From the onset on at least this share of the commands never ends, and several times as many as before. */
const STUCK_SHARE = 0.25;
const STUCK_RATIO = 4;
/** Completed commands needed to know what is normal. */
const FEWEST_COMPLETED = 10;
/** The holder started at most this long before the pile-up shows. */
const HEAD_START_MS = 30_000;
const NAMELESS = "(unknown)#pile-up";

/**
 * A log that ends inside a wedge has no track output of it: the holder and all who wait are still open. What shows is
 * that from some moment on most commands never end. That moment is a change point in "ended or not", by start; the
 * holder is one of the open commands around it (a tie), and the later ones are taken to have waited until the end.
 * Never used beside a capture of locks, which knows better.
 */
export function inferPileUp(input: LockInput, parties: PartyList, settings: LockSettings): ShadowResult {
  const none: ShadowResult = { spans: [], ties: new Map() };
  if (input.capturedLocks.length > 0) return none;
  const commands = input.commands
    .filter((command) => !isBackground(command.cmd) && command.startMs <= input.logEndMs - SETTLED_MS)
    .sort((a, b) => a.startMs - b.startMs || a.commandId - b.commandId);
  const open = commands.filter(isOpen);
  if (open.length < FEWEST_STUCK || commands.length - open.length < FEWEST_COMPLETED) return none;
  const onset = changePoint(commands);
  const first = onset === null ? undefined : commands[onset];
  if (first === undefined) return none;
  const firstOpen = open.findIndex((command) => command.startMs >= first.startMs);
  const suspects = around(open, firstOpen, settings.tieLimit);
  const stuck = open.slice(firstOpen + 1);
  if (suspects.length === 0 || stuck.length < FEWEST_STUCK - 1) return none;
  return cast(suspects, stuck, input, parties);
}

/** The start from which on commands stop ending: the split of largest likelihood, if it is drastic enough. */
function changePoint(commands: readonly LockCommand[]): number | null {
  const opened = [0];
  for (const command of commands) opened.push((opened[opened.length - 1] ?? 0) + (isOpen(command) ? 1 : 0));
  const all = commands.length;
  const totalOpen = opened[all] ?? 0;
  let best: { at: number; gain: number } | null = null;
  for (let at = 0; at < all; at++) {
    const command = commands[at];
    if (command === undefined || !isOpen(command)) continue;
    const before = opened[at] ?? 0;
    const after = totalOpen - before;
    const shareAfter = after / (all - at);
    const shareBefore = (before + 0.5) / (at + 1);
    if (after < FEWEST_STUCK || shareAfter < STUCK_SHARE || shareAfter < shareBefore * STUCK_RATIO) continue;
    const gain = logLikelihood(before, at) + logLikelihood(after, all - at);
    if (best === null || gain > best.gain) best = { at, gain };
  }
  return best?.at ?? null;
}

function logLikelihood(hits: number, all: number): number {
  if (all === 0 || hits === 0 || hits === all) return 0;
  return hits * Math.log(hits / all) + (all - hits) * Math.log(1 - hits / all);
}

/** The onset is blurred by commands that need no lock: look a little to both sides. A command past its compute end holds nothing. */
function around(open: readonly LockCommand[], first: number, limit: number): LockCommand[] {
  const onset = open[first]?.startMs ?? 0;
  const near = open.filter((command, index) => {
    if (index >= first + limit / 2 || command.computeMs !== null) return false;
    return command.startMs >= onset - HEAD_START_MS;
  });
  return near.slice(-limit);
}

function cast(
  suspects: readonly LockCommand[],
  stuck: readonly LockCommand[],
  input: LockInput,
  parties: PartyList,
): ShadowResult {
  const from = stuck[0]?.startMs ?? input.logEndMs;
  const to = input.logEndMs;
  const ref = suspects[0]?.ref ?? { sourceId: 0, lineNo: 0, byteOffset: 0 };
  const times = { startLo: from, startHi: from, endLo: to, endHi: to };
  const only = suspects.length === 1 ? suspects[0] : undefined;
  const holder = only === undefined ? parties.unknown("u-pile-up", times, ref) : parties.ofCommand(only);
  const span = (party: number, what: "wait" | "held", start: number, at: typeof ref): Span => {
    const mode = what === "held" ? "W" : "R";
    const place = { party, object: NAMELESS, mode, what, from: start, to, slack: 1000, weight: 1 } as const;
    return { ...place, certainty: "inferred", ref: at };
  };
  const spans = [span(holder.index, "held", from, ref)];
  for (const command of stuck) {
    const party = parties.ofCommand(command);
    if (party.index !== holder.index) spans.push(span(party.index, "wait", command.startMs + 500, command.ref));
  }
  const ties = new Map<number, readonly number[]>();
  if (only === undefined)
    ties.set(
      holder.index,
      suspects.map((command) => parties.ofCommand(command).index),
    );
  return { spans, ties };
}
