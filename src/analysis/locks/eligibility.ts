import { groupBy } from "./group-by.js";
import { type CanBeRoot, type Span, scopeKey, unionMs } from "./lock-model.js";
import type { LockSettings } from "./lock-settings.js";

/** Own waiting of every party, and its longest hold by scope. */
export class Eligibility {
  private readonly waits = new Map<number, number>();
  private readonly holds = new Map<string, Map<number, number>>();

  constructor(
    spans: readonly Span[],
    private readonly settings: LockSettings,
  ) {
    const waits = spans.filter((span) => span.what === "wait");
    for (const [party, own] of groupBy(waits, (span) => span.party)) this.waits.set(party, unionMs(own));
    for (const span of spans) if (span.what === "held") this.addHold(span);
  }

  ownWaitMs(party: number): number {
    return this.waits.get(party) ?? 0;
  }

  /** CONTRACT section 2: a root holds, and its own waits are under a fifth of its hold. */
  readonly canBeRoot: CanBeRoot = (party, object) => {
    const heldMs = this.holds.get(scopeKey(object))?.get(party) ?? 0;
    return heldMs > 0 && this.ownWaitMs(party) < heldMs * this.settings.rootWaitShare;
  };

  private addHold(span: Span): void {
    const scope = scopeKey(span.object);
    let longest = this.holds.get(scope);
    if (longest === undefined) {
      longest = new Map();
      this.holds.set(scope, longest);
    }
    longest.set(span.party, Math.max(longest.get(span.party) ?? 0, (span.to - span.from) * span.weight));
  }
}
