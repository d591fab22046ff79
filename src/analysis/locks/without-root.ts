import type { Account } from "./components.js";
import { replayWaitMs } from "./counterfactual.js";
import type { Span } from "./lock-model.js";

/** What would have been otherwise without one party. */
export interface Saving {
  /** Waiting time of the others that would not have been, ms. */
  readonly avoidableMs: number;
  /** Of the given victims, those that would have waited less than `victimMs`. */
  readonly freedCommands: number;
}

/**
 * Replays an episode's lock queue without one party. `spans` are those of the episode's members; nobody is said to be
 * freed whom the replay cannot place.
 */
export function savingWithout(
  party: number,
  accounts: readonly Account[],
  spans: readonly Span[],
  victims: ReadonlySet<number>,
  victimMs: number,
): Saving {
  const replayed = replayWaitMs(spans, new Set([party]));
  let savedMs = 0;
  let freedCommands = 0;
  for (const account of accounts) {
    if (account.party === party) continue;
    const waitMs = replayed.get(account.party) ?? account.unionMs;
    savedMs += account.unionMs - waitMs;
    if (victims.has(account.party) && account.unionMs >= victimMs && waitMs < victimMs) freedCommands++;
  }
  return { avoidableMs: Math.max(0, Math.round(savedMs)), freedCommands };
}
