import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { openCurator } from "../advice/knowledge/knowledge.js";
import { EXIT, OperatorError } from "../base/errors.js";
import type { ProgressListener } from "../base/progress.js";
import type { FileOutcome, Intake, StoredDocument } from "../contracts/knowledge.js";

/** Larger files are no documents: a log, a dump. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_DEPTH = 32;

export interface AddRequest {
  readonly file: string;
  readonly intake: Intake;
  readonly progress: ProgressListener;
  readonly checkpoint: () => void;
}

export interface Added {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  readonly files: readonly FileOutcome[];
  readonly warnings: readonly string[];
}

/** Adds files, and what is below folders, to a knowledge base. Each file is one transaction: Ctrl-C keeps those before. */
export async function addKnowledge(paths: readonly string[], request: AddRequest): Promise<Added> {
  const found = paths.flatMap((path) => filesBelow(resolve(path)));
  const curator = await openCurator(request.file);
  try {
    const files: FileOutcome[] = [];
    for (const { path, warning } of found) {
      request.checkpoint();
      request.progress({ stage: "add", done: files.length, total: found.length, unit: "items", detail: path });
      files.push(warning === null ? await curator.add(readFile(path), request.intake) : unread(path, warning));
    }
    return summary(files);
  } finally {
    curator.close();
  }
}

/** Documents that a site may see, or all sites' where `site` is null. */
export async function listKnowledge(file: string, site: string | null): Promise<StoredDocument[]> {
  const curator = await openCurator(file);
  try {
    return curator.store.list(site === null ? curator.store.sites() : site === "" ? [""] : ["", site]);
  } finally {
    curator.close();
  }
}

/** Removes documents by id; returns the ids that were not there. */
export async function removeKnowledge(file: string, site: string, keys: readonly string[]): Promise<string[]> {
  const curator = await openCurator(file);
  try {
    return keys.filter((key) => !curator.remove(key, site));
  } finally {
    curator.close();
  }
}

function summary(files: readonly FileOutcome[]): Added {
  const count = (wanted: string) =>
    files.reduce((sum, { documents }) => sum + documents.filter(({ result }) => result === wanted).length, 0);
  return {
    added: count("added"),
    changed: count("changed"),
    unchanged: count("unchanged") + files.reduce((sum, { untouched }) => sum + untouched, 0),
    removed: files.reduce((sum, { removed }) => sum + removed.length, 0),
    files,
    warnings: files.flatMap(({ warnings }) => warnings),
  };
}

interface FoundFile {
  readonly path: string;
  readonly warning: string | null;
}

/** Plain files at or below a path, sorted. Hidden ones and links below a folder are left out. */
function filesBelow(path: string, depth = 0): FoundFile[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new OperatorError("no-such-document", `${path} does not exist`, EXIT.usage, "Name files or folders.");
  }
  if (stat.isFile()) {
    const large = stat.size > MOST_BYTES;
    return [{ path, warning: large ? `${path} is larger than ${MOST_BYTES} bytes: no document, left out` : null }];
  }
  if (!stat.isDirectory() || depth > MOST_DEPTH) return [{ path, warning: `${path} is no plain file: left out` }];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith(".") && (entry.isFile() || entry.isDirectory()))
    .sort(byName)
    .flatMap((entry) => filesBelow(join(path, entry.name), depth + 1));
}

function byName(one: Dirent, other: Dirent): number {
  return one.name < other.name ? -1 : 1;
}

function readFile(path: string): { path: string; bytes: Uint8Array } {
  try {
    return { path, bytes: readFileSync(path) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError("document-unreadable", `cannot read ${path}: ${reason}`, EXIT.evidence);
  }
}

function unread(path: string, warning: string): FileOutcome {
  return { path, documents: [], untouched: 0, removed: [], warnings: [warning] };
}
