/** Bounds of what is read of a P4LOG, in seconds of the server's own clock counted as if it were UTC; null is open. */
export interface TimeWindow {
  readonly fromS: number | null;
  readonly toS: number | null;
}

/** How far a clock may go back (summer time, and some): so far before `from` no line is taken to be within the window. */
export const LOOK_BACK_S = 4500;

/** How long after `to` completions and track output of commands open at that edge are waited for. */
export const LOOK_AHEAD_S = 3600;
