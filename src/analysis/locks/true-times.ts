import type { LockCommand } from "../../contracts/lock-facts.js";

/** Bounds of the instants a command really started and ended at, local ms. */
export interface TrueTimes {
  readonly startLo: number;
  readonly startHi: number;
  readonly endLo: number;
  readonly endHi: number;
}

const SECOND = 1000;

/** p4d cuts durations to three significant digits: the true value is in [ms, ms + step). */
export function cutStepMs(ms: number): number {
  if (ms < 1000) return 1;
  if (ms < 10_000) return 10;
  return ms < 100_000 ? 100 : 1000;
}

/**
 * Narrows the second of the start line by the second of the completion (and of the last compute end) less the lapse:
 * s* in [max(s, E-L-q), min(s+1, E+1-L)). Where the two contradict each other (a clock step) the start line alone counts.
 * A command that never completed lasts until `logEndMs`.
 */
export function trueTimes(command: LockCommand, logEndMs: number): TrueTimes {
  let start: readonly [number, number] = [command.startMs, command.startMs + SECOND];
  start = narrow(start, command.endMs, command.lapseMs);
  start = narrow(start, command.computeAtMs ?? null, command.computeMs);
  const [startLo, startHi] = start;
  const { endMs, lapseMs } = command;
  if (endMs === null && lapseMs === null) {
    const open = Math.max(logEndMs, startHi);
    return { startLo, startHi, endLo: open, endHi: open };
  }
  let endLo = lapseMs === null ? (endMs ?? startLo) : startLo + lapseMs;
  let endHi = lapseMs === null ? (endMs ?? startLo) + SECOND : startHi + lapseMs + cutStepMs(lapseMs);
  if (endMs !== null && endLo < endMs + SECOND && endHi > endMs) {
    endLo = Math.max(endLo, endMs);
    endHi = Math.min(endHi, endMs + SECOND);
  }
  return { startLo, startHi, endLo, endHi: Math.max(endLo, endHi) };
}

function narrow(
  start: readonly [number, number],
  atSecondMs: number | null,
  elapsedMs: number | null,
): readonly [number, number] {
  if (atSecondMs === null || elapsedMs === null) return start;
  const lo = Math.max(start[0], atSecondMs - elapsedMs - cutStepMs(elapsedMs));
  const hi = Math.min(start[1], atSecondMs + SECOND - elapsedMs);
  return lo < hi ? [lo, hi] : start;
}
