import type { DetectContext } from "../../../src/contracts/signal.js";

/** Every detector has at least one case of each kind in cases/<id>.ts; detectors.test.ts walks the registry. */
export interface DetectorCases {
  /** Its question is answered with yes. */
  readonly fires: Readonly<Record<string, () => DetectContext>>;
  /** It looks alike and is not: clear. */
  readonly nearMiss: Readonly<Record<string, () => DetectContext>>;
  /** What it needs is not there: skipped, never clear. */
  readonly cannotTell: Readonly<Record<string, () => DetectContext>>;
}
