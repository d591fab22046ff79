import { least } from "../../base/extremes.js";
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
/** Natural log of the odds up to which two onsets count as equally good. */
const CLOSE_CALL = 5;
/** How long before the first stuck command an open one is still a likely holder. */
const HEAD_START_MS = 60_000;
/** Starts are whole seconds: which of two neighbours came first is not known. */
const SAME_MOMENT_MS = 1500;
const NAMELESS = "(unknown)#pile-up";

/**
 * A log that ends inside a wedge has no track output of it: the holder and all who wait are still open. What shows is
 * that from some moment on most commands never end. That moment is a change point in "ended or not", by start; the
 * holder is the first command of that kind (a tie where several onsets fit), the later ones are taken to have waited
 * until the end.
 * Never used beside a capture of locks, which knows better.
 */
export function inferPileUp(input: LockInput, parties: PartyList, settings: LockSettings): ShadowResult {
  const none: ShadowResult = { spans: [], ties: new Map() };
  if (input.capturedLocks.length > 0) return none;
  const settled = input.commands
    .filter((command) => !isBackground(command.cmd) && command.startMs <= input.logEndMs - SETTLED_MS)
    .sort((a, b) => a.startMs - b.startMs || a.commandId - b.commandId);
  const open = settled.filter(isOpen);
  // Kinds of commands that all ended need other locks and would only dilute the change.
  const kinds = new Set(open.map((command) => command.cmd));
  const commands = settled.filter((command) => kinds.has(command.cmd));
  if (open.length < FEWEST_STUCK || commands.length - open.length < FEWEST_COMPLETED) return none;
  const suspects = firstStuck(commands, settings.tieLimit);
  const earliest = suspects.reduce((least, command) => Math.min(least, command.startMs), Number.POSITIVE_INFINITY);
  const stuck = open.filter((command) => command.startMs >= earliest).slice(1);
  if (suspects.length === 0 || stuck.length < FEWEST_STUCK - 1) return none;
  return cast(suspects, stuck, input, parties);
}

/**
 * The commands that may have been the first of the stuck ones, likeliest first: splits of the sequence into "mostly
 * ends" and "mostly does not", drastic enough, whose likelihood is close to the best one's. A command past its compute
 * end holds no table any more.
 */
function firstStuck(commands: readonly LockCommand[], limit: number): LockCommand[] {
  const opened = [0];
  for (const command of commands) opened.push((opened[opened.length - 1] ?? 0) + (isOpen(command) ? 1 : 0));
  const all = commands.length;
  const splits: { command: LockCommand; gain: number }[] = [];
  commands.forEach((command, at) => {
    if (!isOpen(command) || command.computeMs !== null) return;
    const before = opened[at] ?? 0;
    const after = (opened[all] ?? 0) - before;
    const shareAfter = after / (all - at);
    const shareBefore = (before + 0.5) / (at + 1);
    if (after < FEWEST_STUCK || shareAfter < STUCK_SHARE || shareAfter < shareBefore * STUCK_RATIO) return;
    splits.push({ command, gain: logLikelihood(before, at) + logLikelihood(after, all - at) });
  });
  splits.sort((a, b) => b.gain - a.gain);
  const best = splits[0];
  if (best === undefined) return [];
  const near = splits.filter(({ command, gain }) => {
    return gain >= best.gain - CLOSE_CALL || Math.abs(command.startMs - best.command.startMs) <= SAME_MOMENT_MS;
  });
  const first = near.map(({ command }) => command);
  const ahead = openAhead(commands, least(first.map((command) => command.startMs)));
  return [...first.slice(0, limit - Math.min(ahead.length, limit / 2)), ...ahead].slice(0, limit);
}

/** Holders need not be the first of the stuck: whoever collides with them may come much later. Latest start first. */
function openAhead(commands: readonly LockCommand[], onsetMs: number): LockCommand[] {
  const ahead = commands.filter((command) => isOpen(command) && command.computeMs === null);
  return ahead.filter((c) => c.startMs < onsetMs && c.startMs >= onsetMs - HEAD_START_MS).reverse();
}

function logLikelihood(hits: number, all: number): number {
  if (all === 0 || hits === 0 || hits === all) return 0;
  return hits * Math.log(hits / all) + (all - hits) * Math.log(1 - hits / all);
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
