/**
 * Groups of nodes that reach each other: Tarjan's strongly connected components, without recursion. p4d takes its
 * tables in one order, so a circle in a capture means the snapshot was not atomic, not that there was a deadlock.
 */
export function findCycles(edges: readonly (readonly [number, number])[]): number[][] {
  const next = new Map<number, number[]>();
  for (const [from, to] of edges) {
    if (from === to) continue;
    const list = next.get(from);
    if (list === undefined) next.set(from, [to]);
    else list.push(to);
  }
  const tarjan: Tarjan = { next, index: new Map(), low: new Map(), stack: [], onStack: new Set(), found: [] };
  for (const node of next.keys()) if (!tarjan.index.has(node)) explore(tarjan, node);
  return tarjan.found.map((group) => group.sort((a, b) => a - b));
}

interface Tarjan {
  readonly next: Map<number, number[]>;
  readonly index: Map<number, number>;
  readonly low: Map<number, number>;
  readonly stack: number[];
  readonly onStack: Set<number>;
  readonly found: number[][];
}

function explore(state: Tarjan, start: number): void {
  const path: { node: number; edge: number }[] = [];
  const enter = (node: number) => {
    state.index.set(node, state.index.size);
    state.low.set(node, state.index.size - 1);
    state.stack.push(node);
    state.onStack.add(node);
    path.push({ node, edge: 0 });
  };
  const lower = (node: number, value: number) => {
    state.low.set(node, Math.min(state.low.get(node) ?? value, value));
  };
  enter(start);
  while (path.length > 0) {
    const frame = path[path.length - 1];
    if (frame === undefined) return;
    const target = state.next.get(frame.node)?.[frame.edge++];
    if (target === undefined) {
      path.pop();
      const parent = path[path.length - 1];
      if (parent !== undefined) lower(parent.node, state.low.get(frame.node) ?? 0);
      if (state.low.get(frame.node) === state.index.get(frame.node)) closeGroup(state, frame.node);
    } else if (!state.index.has(target)) enter(target);
    else if (state.onStack.has(target)) lower(frame.node, state.index.get(target) ?? 0);
  }
}

function closeGroup(state: Tarjan, root: number): void {
  const group: number[] = [];
  for (;;) {
    const node = state.stack.pop();
    if (node === undefined) break;
    state.onStack.delete(node);
    group.push(node);
    if (node === root) break;
  }
  if (group.length > 1) state.found.push(group);
}
