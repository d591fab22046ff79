import { lookupServerId, type ServerFacts } from "./server-identity.js";

interface Sketch extends ServerFacts {
  readonly id: number;
  readonly kind: string;
}

/**
 * Puts groups of files together that are of one server although they lie apart (two collections in one case): they name
 * the same ServerID, or one's log holds lines of the other's (`shareLines`). Two servers never log the same line: it
 * bears second, pid, user and arguments.
 */
export function joinSameServers(
  groups: readonly (readonly number[])[],
  sources: readonly Sketch[],
  shareLines: (logIds: readonly number[], otherLogIds: readonly number[]) => boolean,
): number[][] {
  const sketchOf = new Map(sources.map((source) => [source.id, source]));
  let joined: Joined[] = [];
  for (const group of groups) {
    const own = group.flatMap((id) => sketchOf.get(id) ?? []);
    const logs = own.filter(({ kind }) => kind === "p4log").map(({ id }) => id);
    const serverId = lookupServerId(own.flatMap(({ facts }) => facts));
    const same = joined.filter((other) => {
      if (serverId !== null && serverId === other.serverId) return true;
      return logs.length > 0 && other.logs.length > 0 && shareLines(other.logs, logs);
    });
    const parts = [...same, { ids: group, logs, serverId }];
    const whole = {
      ids: parts.flatMap((part) => part.ids),
      logs: parts.flatMap((part) => part.logs),
      serverId: parts.find((part) => part.serverId !== null)?.serverId ?? null,
    };
    joined = [...joined.filter((other) => !same.includes(other)), whole];
  }
  return joined.map(({ ids }) => [...ids]);
}

interface Joined {
  readonly ids: readonly number[];
  readonly logs: readonly number[];
  readonly serverId: string | null;
}
