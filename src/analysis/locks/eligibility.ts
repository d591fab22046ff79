import { type CanBeRoot, type Span, scopeKey, totalOf, unionOf } from "./lock-model.js";
import type { LockSettings } from "./lock-settings.js";

/** Own waiting and longest hold of every party, by scope. */
export class Eligibility {
  private readonly waits = new Map<number, number>();
  private readonly holds = new Map<string, number>();

  constructor(
    spans: readonly Span[],
    private readonly settings: LockSettings,
  ) {
    const waits = new Map<number, [number, number][]>();
    for (const span of spans) {
      if (span.what === "held") {
        const key = `${span.party} ${scopeKey(span.object)}`;
        const heldMs = (span.to - span.from) * span.weight;
        this.holds.set(key, Math.max(this.holds.get(key) ?? 0, heldMs));
        continue;
      }
      const list = waits.get(span.party);
      if (list === undefined) waits.set(span.party, [[span.from, span.to]]);
      else list.push([span.from, span.to]);
    }
    for (const [party, list] of waits) this.waits.set(party, totalOf(unionOf(list)));
  }

  ownWaitMs(party: number): number {
    return this.waits.get(party) ?? 0;
  }

  /** CONTRACT section 2: a root holds, and its own waits are under a fifth of its hold. */
  readonly canBeRoot: CanBeRoot = (party, object) => {
    const heldMs = this.holds.get(`${party} ${scopeKey(object)}`) ?? 0;
    return heldMs > 0 && this.ownWaitMs(party) < heldMs * this.settings.rootWaitShare;
  };
}
