import type { ChainLink, Incident } from "../../contracts/analysis.js";
import { commandKey } from "./citations.js";

/** One command of the blocking tree. `link` is the wait that put it under its parent; null at the top. */
export interface TreeNode {
  readonly pid: number;
  readonly cmd: string;
  readonly link: ChainLink | null;
  /** Waits for other commands besides the one it stands under. */
  readonly otherLinks: readonly ChainLink[];
  /** At the top only: the wait that closes a circle of commands waiting for each other. */
  readonly circle: ChainLink | null;
  readonly children: readonly TreeNode[];
  /** Commands below this one. */
  readonly descendantCount: number;
}

/**
 * The chain as a tree in which every command stands once, under whom it waited for longest. (Listing every path
 * through the graph would count commands many times over.) The suspect's tree comes first, then the larger ones.
 */
export function blockingTree(incident: Incident): TreeNode[] {
  const incoming = new Map<string, ChainLink[]>();
  const names = new Map<string, { pid: number; cmd: string }>();
  for (const link of incident.chain) {
    names.set(commandKey(link.blocker), link.blocker);
    names.set(commandKey(link.blocked), link.blocked);
    push(incoming, commandKey(link.blocked), link);
  }
  for (const links of incoming.values()) links.sort((a, b) => b.seconds - a.seconds);
  const suspectKey = incident.suspect === null ? null : commandKey(incident.suspect);
  const circles = cutCircles(names, incoming, suspectKey);

  const childKeys = new Map<string, string[]>();
  const tops: string[] = [];
  for (const key of names.keys()) {
    const parent = circles.has(key) ? undefined : incoming.get(key)?.[0];
    if (parent === undefined) tops.push(key);
    else push(childKeys, commandKey(parent.blocker), key);
  }
  const nodes = buildNodes(names, childKeys, incoming, circles, tops);
  return nodes.sort(
    (a, b) =>
      Number(commandKey(b) === suspectKey) - Number(commandKey(a) === suspectKey) ||
      b.descendantCount - a.descendantCount,
  );
}

/** Follows "waits longest for" from everyone; where that runs in a circle, one member becomes a top. */
function cutCircles(
  names: ReadonlyMap<string, unknown>,
  incoming: ReadonlyMap<string, readonly ChainLink[]>,
  suspectKey: string | null,
): Map<string, ChainLink> {
  const circles = new Map<string, ChainLink>();
  const settled = new Set<string>();
  for (const start of names.keys()) {
    const path = new Map<string, number>();
    let key: string | null = start;
    while (key !== null && !settled.has(key) && !path.has(key)) {
      path.set(key, path.size);
      const link: ChainLink | undefined = incoming.get(key)?.[0];
      key = link === undefined ? null : commandKey(link.blocker);
    }
    if (key !== null && path.has(key)) {
      const members = [...path.keys()].slice(path.get(key));
      const top = suspectKey !== null && members.includes(suspectKey) ? suspectKey : key;
      const link = incoming.get(top)?.[0];
      if (link !== undefined) circles.set(top, link);
    }
    for (const visited of path.keys()) settled.add(visited);
  }
  return circles;
}

/** Bottom-up without recursion: a hostile chain can be thousands deep. */
function buildNodes(
  names: ReadonlyMap<string, { pid: number; cmd: string }>,
  childKeys: ReadonlyMap<string, readonly string[]>,
  incoming: ReadonlyMap<string, readonly ChainLink[]>,
  circles: ReadonlyMap<string, ChainLink>,
  tops: readonly string[],
): TreeNode[] {
  const order = [...tops];
  for (const key of order) for (const child of childKeys.get(key) ?? []) order.push(child);
  const built = new Map<string, TreeNode>();
  for (const key of order.reverse()) {
    const children = (childKeys.get(key) ?? []).flatMap((child) => built.get(child) ?? []);
    children.sort((a, b) => (b.link?.seconds ?? 0) - (a.link?.seconds ?? 0));
    const name = names.get(key) ?? { pid: 0, cmd: key };
    const links = incoming.get(key) ?? [];
    const circle = circles.get(key) ?? null;
    built.set(key, {
      pid: name.pid,
      cmd: name.cmd,
      link: circle === null ? (links[0] ?? null) : null,
      otherLinks: links.slice(1),
      circle,
      children,
      descendantCount: children.reduce((sum, child) => sum + 1 + child.descendantCount, 0),
    });
  }
  return tops.flatMap((key) => built.get(key) ?? []);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
