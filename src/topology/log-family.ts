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

/** Other files that tell of commands: where no P4LOG is, a server is known by them. */
const OTHER_LOGS = ["structured-log", "log2sql-db", "log2sql-json"];

export function logFamilies(sources: readonly Sketch[]): LogFamily[] {
  const logs = sources.filter(({ kind }) => kind === "p4log");
  return familiesOf(logs.length > 0 ? logs : sources.filter(({ kind }) => OTHER_LOGS.includes(kind)));
}

function familiesOf(logs: readonly Sketch[]): LogFamily[] {
  const families = new Map<string, LogFamily>();
  for (const source of logs) {
    const folder = folderOf(source.path);
    // commands.csv, track.csv and errors.csv of a folder are of one server.
    const stem = source.kind === "structured-log" ? "csv" : rotationStem(baseName(source.path));
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
