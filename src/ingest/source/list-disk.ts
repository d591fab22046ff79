import { constants } from "node:fs";
import { access, lstat, readdir, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { EXIT, OperatorError } from "../../base/errors.js";
import type { SourceDescriptor } from "../../contracts/ingest-sink.js";

/** A file on disk to be read, or the reason why it will not be. */
export interface DiskItem {
  readonly descriptor: SourceDescriptor;
  readonly path: string;
  /** The operator gave this very path, so it may be a link. */
  readonly named: boolean;
  /** Members of an archive are shown as stored (""), or behind the archive's own path where they could be mistaken. */
  readonly memberPrefix: string;
  readonly refusal: string | null;
}

/**
 * Lists what the operator named: files as they are, folders with all they hold in the order of names. A PATH that does
 * not exist throws OperatorError `no-such-path`; what may not be read is listed with its refusal. Symbolic links are
 * followed only when the operator named the link. With one PATH, files are shown relative to it; with several, from
 * the folder that holds them all, so that logs of two servers stay apart.
 */
export async function listDisk(paths: readonly string[], maxEntries: number): Promise<DiskItem[]> {
  const items: DiskItem[] = [];
  const labels = labelsOf(paths);
  for (const [index, path] of paths.entries()) {
    const label = labels[index] ?? path;
    if (path === "-") {
      const descriptor = { path, storedBytes: null, modifiedMs: null };
      items.push({ descriptor, path, named: true, memberPrefix: memberPrefix(paths, label), refusal: null });
      continue;
    }
    try {
      const found = await stat(path);
      await access(path, constants.R_OK);
      if (found.isDirectory()) {
        await listFolder({ root: path, prefix: paths.length > 1 ? `${label}/` : "", items, maxEntries }, path);
      } else {
        items.push({ ...itemOf(path, label, found, true), memberPrefix: memberPrefix(paths, label) });
      }
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "";
      if (code !== "EACCES" && code !== "EPERM") throw noSuchPath(path);
      items.push(refusedItem(path, label, reasonOf(error)));
    }
  }
  const refused = items.filter((item) => item.refusal !== null && paths.includes(item.path));
  if (paths.length > 0 && refused.length === paths.length) throw unreadable(refused);
  return items;
}

/** The paths from the deepest folder that holds them all: in one folder their names, in several what tells them apart. */
function labelsOf(paths: readonly string[]): string[] {
  const folders = paths.filter((path) => path !== "-").map((path) => dirname(resolve(path)).split(sep));
  const first = folders[0] ?? [];
  const shared = first.findIndex((part, depth) => folders.some((folder) => folder[depth] !== part));
  const common = (shared < 0 ? first : first.slice(0, shared)).join(sep) || sep;
  return paths.map((path) => (path === "-" ? path : relative(common, resolve(path)).split(sep).join("/")));
}

function memberPrefix(paths: readonly string[], label: string): string {
  return paths.length > 1 ? `${label}!` : "";
}

interface Listing {
  readonly root: string;
  readonly prefix: string;
  readonly items: DiskItem[];
  readonly maxEntries: number;
}

async function listFolder(listing: Listing, folder: string): Promise<void> {
  const { root, prefix, items, maxEntries } = listing;
  let names: string[];
  try {
    names = (await readdir(folder)).sort();
  } catch (error) {
    items.push(refusedItem(folder, `${prefix}${relative(root, folder) || basename(resolve(root))}`, reasonOf(error)));
    return;
  }
  for (const name of names) {
    const path = join(folder, name);
    const label = `${prefix}${relative(root, path)}`;
    if (items.length >= maxEntries) {
      items.push(refusedItem(path, label, `more than ${maxEntries} files: this one and those behind it not read`));
      return;
    }
    try {
      const found = await lstat(path);
      if (found.isDirectory() && (await isOwnOutput(path, name))) continue;
      if (found.isDirectory()) await listFolder(listing, path);
      else items.push(itemOf(path, label, found, false));
    } catch (error) {
      items.push(refusedItem(path, label, reasonOf(error)));
    }
  }
}

/** p4rca-NAME with a case in it, left by an earlier run in this folder: not evidence, and a second run must say the same. */
async function isOwnOutput(folder: string, name: string): Promise<boolean> {
  if (!name.startsWith("p4rca-")) return false;
  try {
    await access(join(folder, "case.sqlite"), constants.F_OK);
    return true;
  } catch {
    return false;
  }
}

type Stats = Awaited<ReturnType<typeof stat>>;

function itemOf(path: string, label: string, found: Stats, named: boolean): DiskItem {
  const storedBytes = found.isFile() ? Number(found.size) : null;
  const descriptor = { path: label, storedBytes, modifiedMs: Math.floor(Number(found.mtimeMs)) };
  // A pipe the operator names is meant: analyze <(ssh server zcat log.gz).
  const readable = found.isFile() || (named && found.isFIFO());
  const refusal = readable ? null : `${kindOf(found)}: not read`;
  return { descriptor, path, named, memberPrefix: `${label}!`, refusal };
}

function kindOf(found: Stats): string {
  if (found.isSymbolicLink()) return "symbolic link";
  if (found.isFIFO()) return "named pipe";
  if (found.isSocket()) return "socket";
  return found.isCharacterDevice() || found.isBlockDevice() ? "device" : "no regular file";
}

function refusedItem(path: string, label: string, refusal: string): DiskItem {
  const descriptor = { path: label, storedBytes: null, modifiedMs: null };
  return { descriptor, path, named: false, memberPrefix: "", refusal };
}

function unreadable(refused: readonly DiskItem[]): OperatorError {
  const message = refused.map((item) => `${item.path}: ${item.refusal}`).join("; ");
  return new OperatorError(
    "unreadable-path",
    message,
    EXIT.evidence,
    "Run as a user who may read it, or copy it first.",
  );
}

function noSuchPath(path: string): OperatorError {
  return new OperatorError(
    "no-such-path",
    `${path}: no such file or folder`,
    EXIT.evidence,
    "Check the path and its spelling.",
  );
}

/** Why the operating system would not let us read, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "ENOENT") return "disappeared while being read";
  if (code === "ELOOP") return "symbolic link: not read";
  return code === undefined ? message : `read error ${code}`;
}
