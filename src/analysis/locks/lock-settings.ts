/** Thresholds of the lock graph; all durations in milliseconds. */
export interface LockSettings {
  /** A command with less traced waiting than this is no victim (CONTRACT section 2). */
  readonly victimMs: number;
  /** Shorter waits and holds are not placed in time at all. */
  readonly minWaitMs: number;
  readonly minHeldMs: number;
  /** A root's own waits stay below this share of its hold (CONTRACT section 2). */
  readonly rootWaitShare: number;
  /** A root explains at least this share of the waiting in its cluster, else it is noise beside another. */
  readonly rootExplainedShare: number;
  /** How far a release may lie from the end of a wait and still count as the same moment. */
  readonly releaseToleranceMs: number;
  /** Most candidates a tie may list before "unknown" is the more honest word. */
  readonly tieLimit: number;
}

export const DEFAULT_LOCK_SETTINGS: LockSettings = {
  victimMs: 1000,
  minWaitMs: 100,
  minHeldMs: 20,
  rootWaitShare: 0.2,
  rootExplainedShare: 0.1,
  releaseToleranceMs: 2000,
  tieLimit: 6,
};
