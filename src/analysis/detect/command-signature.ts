import type { CommandFact, CommandSignature } from "../../contracts/case-reader.js";
import { groupBy } from "./group-by.js";

/** `-m1 //depot/...@4711` and `-m1 //depot/...@4712` are one pattern, as in CommandSignature. */
export function patternOf(args: string): string {
  return args.slice(0, 200).replace(/\d+/g, "#");
}

/** Signatures that are one program's doing, whatever machines it runs on. */
export interface SignatureGroup {
  readonly key: string;
  readonly members: readonly CommandSignature[];
  readonly count: number;
  readonly totalLapseMs: number;
  readonly users: readonly string[];
}

/** Largest first. */
export function groupSignatures(
  signatures: readonly CommandSignature[],
  keyOf: (one: CommandSignature) => string,
): SignatureGroup[] {
  const groups = new Map<string, CommandSignature[]>();
  for (const one of signatures) {
    const list = groups.get(keyOf(one)) ?? [];
    list.push(one);
    groups.set(keyOf(one), list);
  }
  return [...groups]
    .map(([key, members]) => ({
      key,
      members,
      count: members.reduce((sum, one) => sum + one.count, 0),
      totalLapseMs: members.reduce((sum, one) => sum + one.totalLapseMs, 0),
      users: [...new Set(members.map((one) => one.user))],
    }))
    .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

/** Who asks: one workspace on one machine. */
export function originOf({ user, workspace, ip }: CommandFact): string {
  return `${user}\0${workspace}\0${ip}`;
}

/** Median time from one start to the next of the same origin; null where nobody asked three times. */
export function periodOf(commands: readonly CommandFact[]): number | null {
  const gaps = [...groupBy(commands, originOf).values()]
    .filter((list) => list.length >= 3)
    .flatMap((list) => {
      const sorted = list.map(({ startMs }) => startMs).sort((a, b) => a - b);
      return sorted.slice(1).map((atMs, index) => atMs - (sorted[index] ?? atMs));
    })
    .sort((a, b) => a - b);
  return gaps[Math.floor(gaps.length / 2)] ?? null;
}
