import { least, most } from "../../base/extremes.js";
import type { LockCommand, LockInput, LockMode } from "../../contracts/lock-facts.js";
import type { Party, Span } from "./lock-model.js";
import { isOpen, type PartyList } from "./parties.js";

/** Waiting on one object that no known holder explains. */
export interface Shadow {
  readonly object: string;
  readonly from: number;
  readonly to: number;
  /** Readers waited too, so the holder wrote; else its mode is open. */
  readonly mode: LockMode;
  readonly waits: readonly Span[];
}

/** Start times are whole seconds, placements of waits about as good. */
const START_TOLERANCE_MS = 1500;
const RELEASE_TOLERANCE_MS = 2000;
/** A candidate is half as likely when it had run this long before anybody waited. */
const HEAD_START_MS = 30_000;
/** Candidates below this share of the best one's weight are dropped. */
const KEEP_SHARE = 0.25;
/** So many commands of one name must have been seen before what they lock says anything. */
const ENOUGH_SEEN = 3;

/** Server background work runs for hours beside everything and is never suspected by its age (locking model 3.10). */
export function isBackground(cmd: string): boolean {
  return cmd === "pull" || cmd === "ldapsync" || cmd === "IDLE" || cmd === "Init()" || cmd.startsWith("rmt-");
}

/** Open commands that may have cast a shadow, best first, as party indexes. What is the same for all shadows is done once. */
export function candidateRanking(
  spans: readonly Span[],
  parties: PartyList,
  input: LockInput,
): (group: readonly Shadow[]) => number[] {
  const waiting = new Set(spans.filter((span) => span.what === "wait").map((span) => span.party));
  const silent = parties.all.filter((party) => !waiting.has(party.index) && isSilent(party));
  const habits = silent.length === 0 ? new Map<string, Habit>() : lockHabits(input);
  return (group) => {
    const from = least(group.map((shadow) => shadow.from));
    const to = most(group.map((shadow) => shadow.to));
    const objects = new Set(group.map((shadow) => shadow.object));
    const weighed = silent
      .filter((party) => ranThen(party, from, to) && !mayHaveEnded(party, from, input))
      .map((party) => ({ index: party.index, weight: weigh(party, from, to, habits, objects) }))
      .sort((a, b) => b.weight - a.weight || a.index - b.index);
    const best = weighed[0]?.weight ?? 0;
    return weighed.filter(({ weight }) => weight > 0 && weight >= best * KEEP_SHARE).map(({ index }) => index);
  };
}

/** Still open, and no line tells of its locks. */
function isSilent({ command }: Party): boolean {
  return command !== null && isOpen(command) && !command.hasTrack && !isBackground(command.cmd);
}

function ranThen({ times }: Party, from: number, to: number): boolean {
  return times.startLo <= from + START_TOLERANCE_MS && times.endHi >= to - RELEASE_TOLERANCE_MS;
}

/** It began before lines were lost, and the shadow fell later: more likely its end is among them. */
function mayHaveEnded({ times }: Party, from: number, { losses = [] }: LockInput): boolean {
  return losses.some((loss) => loss.toMs >= times.startLo && loss.fromMs < from);
}

function weigh(
  party: Party,
  from: number,
  to: number,
  habits: ReadonlyMap<string, Habit>,
  objects: ReadonlySet<string>,
): number {
  const { command, times } = party;
  if (command === null) return 0;
  const headStart = Math.max(0, from - (times.startLo + times.startHi) / 2);
  let weight = 1 / (1 + headStart / HEAD_START_MS);
  weight *= habitFactor(habits.get(command.cmd), objects);
  if (command.computeMs !== null) {
    const computed = times.startLo + command.computeMs;
    weight *= Math.abs(computed - to) <= RELEASE_TOLERANCE_MS ? 5 : computed < to ? 0.05 : 1;
  }
  return weight;
}

interface Habit {
  seen: number;
  readonly objects: Set<string>;
}

/** What commands of the same name lock elsewhere in this very evidence. */
function lockHabits(input: LockInput): Map<string, Habit> {
  const habits = new Map<string, Habit>();
  for (const command of input.commands) {
    if (!command.hasTrack) continue;
    const habit = habits.get(command.cmd) ?? newHabit(habits, command);
    habit.seen++;
    for (const use of command.uses) habit.objects.add(use.object);
  }
  return habits;
}

function newHabit(habits: Map<string, Habit>, command: LockCommand): Habit {
  const habit: Habit = { seen: 0, objects: new Set() };
  habits.set(command.cmd, habit);
  return habit;
}

function habitFactor(habit: Habit | undefined, objects: ReadonlySet<string>): number {
  if (habit === undefined || habit.seen < ENOUGH_SEEN) return 1;
  for (const object of objects) if (habit.objects.has(object)) return 2;
  return 0.2;
}
