/** Rotations of one log: same folder, same name apart from what rotation adds. */
export interface LogFamily {
  readonly folder: string;
  readonly stem: string;
  readonly sourceIds: number[];
}

interface Sketch {
  readonly id: number;
  readonly path: string;
  readonly kind: string;
}

export function logFamilies(sources: readonly Sketch[]): LogFamily[] {
  const families = new Map<string, LogFamily>();
  for (const source of sources) {
    if (source.kind !== "p4log") continue;
    const folder = folderOf(source.path);
    const stem = rotationStem(baseName(source.path));
    const key = `${folder}\u0000${stem}`;
    const family = families.get(key) ?? { folder, stem, sourceIds: [] };
    family.sourceIds.push(source.id);
    families.set(key, family);
  }
  return [...families.values()];
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * The name without what rotation and compression add.
 * log.2024-03-05_00-00-01.gz, log.1, log-20240305.zst, log -> "log"; p4d.log.3.gz -> "p4d.log"; edge_log.1.xz -> "edge_log"
 */
export function rotationStem(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.(gz|zst|xz|bz2|zip)$/, "")
    .split(/[.\-_]/)
    .filter((part) => part !== "" && !/^[\dtz]+$/.test(part) && part !== "old" && part !== "txt")
    .join(".");
}

/** Number of leading folders two paths share. */
export function sharedFolders(a: string, b: string): number {
  const left = a === "" ? [] : a.split("/");
  const right = b === "" ? [] : b.split("/");
  let shared = 0;
  while (shared < left.length && shared < right.length && left[shared] === right[shared]) shared++;
  return shared;
}
