import { classify, isInteractive } from "../../base/perforce-command.js";
import type { CaseReader, CommandFact } from "../../contracts/case-reader.js";
import type { Fact, HarmedCommand } from "../../contracts/signal.js";
import { median } from "./baseline.js";
import { fact } from "./host-signal.js";
import type { Stretch } from "./load-curve.js";
import { seconds, span } from "./words.js";

/** Everyday commands that took a multiple of what the same commands take otherwise. */
export interface Slowdown {
  /** In the middle: how many times longer than usual. */
  readonly times: number;
  readonly slow: readonly CommandFact[];
  readonly compared: number;
  readonly users: number;
  /**
   * How many standard errors the part of slow ones is above what it is at other times: commands whose length varies much
   * are often several times as long as their median.
   */
  readonly sigmas: number;
}

const MOST_COMMANDS = 5000;
/** Runs of a command that make a habit, and comparisons that make a finding. */
const LEAST_RUNS = 5;
const LEAST_COMPARED = 10;
const LEAST_USERS = 3;
/** From where on a person notices. */
const TIMES = 3;
const NOTICED_MS = 200;

/**
 * Were others hurt during `stretch`? Each command is compared with the same command outside of it, by the time that it
 * neither waited for locks, triggers and pauses nor for its own client. `isCulprit` commands are no victims. Null: nobody
 * can be shown to be hurt, or there is nothing to compare with.
 */
export function slowdownDuring(
  reader: CaseReader,
  serverId: number,
  stretch: Stretch,
  isCulprit: (command: CommandFact) => boolean,
): Slowdown | null {
  const counts = (command: CommandFact) => comparable(command) && !isCulprit(command);
  const inside = reader
    .commandsDuring(serverId, stretch.fromMs, stretch.toMs, MOST_COMMANDS)
    .filter((command) => command.startMs >= stretch.fromMs && counts(command));
  const habits = habitsOutside(reader, serverId, stretch, counts);
  const pairs = inside.flatMap((command) => {
    const usualMs = habits.get(command.cmd)?.usualMs;
    return usualMs === undefined ? [] : [{ command, usualMs, ownMs: ownTime(command) }];
  });
  const slow = pairs.filter(({ usualMs, ownMs }) => isSlow(ownMs, usualMs));
  const users = new Set(slow.map(({ command }) => command.user)).size;
  if (pairs.length < LEAST_COMPARED || slow.length * 3 < pairs.length || users < LEAST_USERS) return null;
  return {
    times: median(slow.map(({ usualMs, ownMs }) => ownMs / Math.max(usualMs, 1))),
    slow: slow.map(({ command }) => command),
    compared: pairs.length,
    users,
    sigmas: excess(slow.length, pairs.length, [...habits.values()]),
  };
}

function isSlow(ownMs: number, usualMs: number): boolean {
  return ownMs >= usualMs * TIMES && ownMs >= usualMs + NOTICED_MS;
}

/** Difference of two proportions in standard errors. */
function excess(slow: number, compared: number, habits: readonly Habit[]): number {
  const runs = habits.reduce((sum, habit) => sum + habit.runs, 0);
  const usuallySlow = habits.reduce((sum, habit) => sum + habit.slow, 0);
  const pooled = (slow + usuallySlow) / (compared + runs);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / compared + 1 / runs));
  return error === 0 ? 0 : (slow / compared - usuallySlow / runs) / error;
}

/** Of one kind of command at other times. */
interface Habit {
  readonly usualMs: number;
  readonly runs: number;
  readonly slow: number;
}

function habitsOutside(
  reader: CaseReader,
  serverId: number,
  stretch: Stretch,
  counts: (command: CommandFact) => boolean,
): Map<string, Habit> {
  const window = reader.window(serverId);
  if (window === null) return new Map();
  const before = reader
    .commandsDuring(serverId, window.firstMs, stretch.fromMs - 1, MOST_COMMANDS)
    .filter((command) => (command.endMs ?? stretch.fromMs) < stretch.fromMs);
  const after = reader.commandsDuring(serverId, stretch.toMs + 1, window.lastMs, MOST_COMMANDS);
  const outside = [...before, ...after.filter((command) => command.startMs > stretch.toMs)];
  const runs = new Map<string, number[]>();
  for (const command of outside) {
    if (!counts(command)) continue;
    const list = runs.get(command.cmd) ?? [];
    list.push(ownTime(command));
    runs.set(command.cmd, list);
  }
  const known = [...runs].filter(([, list]) => list.length >= LEAST_RUNS);
  return new Map(known.map(([cmd, list]) => [cmd, habitOf(list)]));
}

function habitOf(list: readonly number[]): Habit {
  const usualMs = median(list);
  return { usualMs, runs: list.length, slow: list.filter((ownMs) => isSlow(ownMs, usualMs)).length };
}

function comparable(command: CommandFact): boolean {
  if (command.lapseMs === null || isInteractive(command.cmd, command.args)) return false;
  return classify(command.cmd, command.args) !== "background";
}

/** Time that only the server itself can have spent. */
export function ownTime(command: CommandFact): number {
  const { lapseMs, lockWaitMs, triggerMs, pausedMs, rpcSndMs, rpcRcvMs } = command;
  return Math.max(0, (lapseMs ?? 0) - lockWaitMs - triggerMs - (pausedMs ?? 0) - (rpcSndMs ?? 0) - (rpcRcvMs ?? 0));
}

/** The sentence rests on the worst of them. */
export function slowdownFact({ times, slow, compared, users }: Slowdown, stretch: Stretch): Fact[] {
  const [worst] = [...slow].sort((a, b) => (b.lapseMs ?? 0) - (a.lapseMs ?? 0));
  if (worst === undefined) return [];
  const words = `${slow.length} of ${compared} other commands (${users} users) took ${times.toFixed(1)} times as long as usual ${span(stretch.fromMs, stretch.toMs)}, up to ${seconds(worst.lapseMs ?? 0)}`;
  return [fact(words, slow.length, "commands", worst.endRef ?? worst.ref)];
}

export function harmOf(commands: readonly CommandFact[]): HarmedCommand[] {
  return commands.map(({ pid, user, startMs }) => ({ pid, user, atMs: startMs }));
}
