import { baseName, folderOf, type LogFamily, rotationStem, sharedFolders } from "./log-family.js";

interface Sketch {
  readonly id: number;
  readonly path: string;
  readonly kind: string;
}

/** Source ids per server: one list a log family, then one a folder of captures without any log near them. */
export function assignCaptures(
  sources: readonly Sketch[],
  families: readonly LogFamily[],
  pidMatches: (captureSourceId: number, logSourceIds: readonly number[]) => number,
): number[][] {
  const members = families.map((family) => [...family.sourceIds]);
  const strays = new Map<string, number[]>();
  const placed = new Set(members.flat());
  for (const source of sources) {
    if (placed.has(source.id) || source.kind === "unknown") continue;
    const index = nearestFamily(source, families, pidMatches);
    if (index === null) {
      const folder = folderOf(source.path);
      const list = strays.get(folder) ?? [];
      list.push(source.id);
      strays.set(folder, list);
    } else {
      members[index]?.push(source.id);
    }
  }
  return [...members, ...strays.values()];
}

function nearestFamily(
  source: Sketch,
  families: readonly LogFamily[],
  pidMatches: (captureSourceId: number, logSourceIds: readonly number[]) => number,
): number | null {
  if (families.length <= 1) return families.length === 1 ? 0 : null;
  const folder = folderOf(source.path);
  const rank = (family: LogFamily) => [
    sharedFolders(folder, family.folder),
    // Among families of the same depth the one that does not sit in a folder of its own beside this one.
    family.folder === folder || folder.startsWith(`${family.folder}/`) ? 1 : 0,
    commonNameParts(baseName(source.path), family.stem),
  ];
  let candidates = families.map((_, index) => index);
  for (let position = 0; position < 3 && candidates.length > 1; position++) {
    const score = (index: number) => rank(families[index] as LogFamily)[position] ?? 0;
    const best = Math.max(...candidates.map(score));
    candidates = candidates.filter((index) => score(index) === best);
  }
  if (candidates.length === 1) return candidates[0] ?? null;
  return bestByPid(source.id, candidates, families, pidMatches);
}

/** A host-wide capture (syslog, a shared lslocks) that fits several servers equally stays with the first. */
function bestByPid(
  sourceId: number,
  candidates: readonly number[],
  families: readonly LogFamily[],
  pidMatches: (captureSourceId: number, logSourceIds: readonly number[]) => number,
): number | null {
  let best: number | null = candidates[0] ?? null;
  let bestCount = 0;
  for (const index of candidates) {
    const count = pidMatches(sourceId, families[index]?.sourceIds ?? []);
    if (count > bestCount) {
      best = index;
      bestCount = count;
    }
  }
  return best;
}

/** edge-monitor-1.txt and edge.log share "edge". */
function commonNameParts(name: string, stem: string): number {
  const parts = new Set(rotationStem(name).split("."));
  return stem.split(".").filter((part) => part !== "log" && parts.has(part)).length;
}
