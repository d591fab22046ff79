import type { Span } from "./lock-model.js";

/**
 * First estimate, without carriers: ms of others' waiting under each party's holds, shared among the holders of the
 * moment. Picks who is worth following by name.
 */
export function directBlocking(waits: readonly Span[], holds: readonly Span[]): Map<number, number> {
  const direct = new Map<number, number>();
  const byObject = new Map<string, { at: number; order: number; span: Span }[]>();
  const push = (at: number, order: number, span: Span) => {
    const list = byObject.get(span.object);
    if (list === undefined) byObject.set(span.object, [{ at, order, span }]);
    else list.push({ at, order, span });
  };
  const contended = new Set(waits.map((wait) => wait.object));
  for (const span of [...waits, ...holds]) {
    if (!contended.has(span.object)) continue;
    push(span.from, 1, span);
    push(span.to, 0, span);
  }
  for (const events of byObject.values()) {
    events.sort((a, b) => a.at - b.at || a.order - b.order);
    const state = { readWaits: 0, writeWaits: 0, holders: 0, onRead: 0, onWrite: 0, at: 0 };
    const begun = new Map<Span, number>();
    for (const { at, order, span } of events) {
      const share = (at - state.at) / Math.max(1, state.holders);
      state.onRead += state.writeWaits * share + (state.writeWaits > 0 ? state.readWaits * share : 0);
      state.onWrite += (state.writeWaits + state.readWaits) * share;
      state.at = at;
      const sign = order === 1 ? 1 : -1;
      if (span.what === "wait") state[span.mode === "R" ? "readWaits" : "writeWaits"] += sign;
      else {
        const total = span.mode === "R" ? state.onRead : state.onWrite;
        if (order === 1) begun.set(span, total);
        else {
          const gained = (total - (begun.get(span) ?? total)) * span.weight;
          direct.set(span.party, (direct.get(span.party) ?? 0) + gained);
        }
        state.holders += sign * span.weight;
      }
    }
  }
  return direct;
}
