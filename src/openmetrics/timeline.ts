/** A silence up to this long is filled: nothing was logged, and that counters stood still is the news. */
const LONGEST_FILL = 60;

/** The minutes a server has a value for, with the instants in UTC at which they were over. */
export interface Timeline {
  /** Minutes since 1970, local clock. */
  readonly minutes: readonly number[];
  /** Seconds since 1970, UTC: the end of each minute; rises, since no series may go back. */
  readonly endS: readonly number[];
  /** The start of the first minute. */
  readonly firstS: number;
}

/** Null for a log that tells no time. `toEpochMs`: from the server's clock, in ms counted as if UTC. */
export function timelineOf(logged: Iterable<number>, toEpochMs: (localMs: number) => number): Timeline | null {
  const minutes: number[] = [];
  const endS: number[] = [];
  const add = (minute: number) => {
    const end = Math.floor(toEpochMs((minute + 1) * 60_000) / 1000);
    // An hour that the clock went through twice is one hour here; what it skipped would go back.
    if (end <= (endS.at(-1) ?? Number.NEGATIVE_INFINITY)) return;
    minutes.push(minute);
    endS.push(end);
  };
  let last: number | null = null;
  for (const minute of logged) {
    if (last !== null && minute - last <= LONGEST_FILL) for (let gap = last + 1; gap < minute; gap++) add(gap);
    add(minute);
    last = minute;
  }
  const [first] = endS;
  return first === undefined ? null : { minutes, endS, firstS: first - 60 };
}
