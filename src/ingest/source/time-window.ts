/** Bounds of what is read of a P4LOG, in seconds of the server's own clock counted as if it were UTC; null is open. */
export interface TimeWindow {
  readonly fromS: number | null;
  readonly toS: number | null;
}
