import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { basename, join, resolve } from "node:path";
import { EXIT, OperatorError } from "../base/errors.js";
import { cannotWrite } from "./write-file.js";

export interface Outputs {
  readonly casePath: string;
  readonly html: string | null;
  /** The case is only for this run. */
  readonly temporary: boolean;
  /** p4rca chose the place: a case there is an earlier run's and makes room for this one. */
  readonly chosen: boolean;
  /** After a run that has nothing to keep: removes what it made, and only that. */
  abandon(): void;
}

export interface OutputFlags {
  readonly case?: string;
  readonly html?: string;
  readonly md?: string;
  readonly output?: string;
  readonly json?: boolean;
}

/**
 * Where results go. Nothing asked for: ./p4rca-<name>/ with case.sqlite and report.html. `--json` alone: nothing is
 * left behind, the case lives in the cache folder and is removed again, even after Ctrl-C.
 */
export function placeOutputs(paths: readonly string[], flags: OutputFlags): Outputs {
  refuseOverEvidence(paths, flags);
  if (flags.case !== undefined) return lasting(flags.case, flags.html ?? null, false);
  if (flags.json === true) return temporary(flags.html ?? null);
  const folder = `p4rca-${caseName(paths[0] ?? "case")}`;
  const isNew = !existsSync(folder);
  makeFolder(folder);
  const places = lasting(join(folder, "case.sqlite"), flags.html ?? join(folder, "report.html"), true);
  const abandon = () => {
    places.abandon();
    if (isNew) removeIfEmpty(folder);
  };
  return { ...places, abandon };
}

/** Evidence is never modified: a result may not take the place of an input. */
function refuseOverEvidence(paths: readonly string[], flags: OutputFlags): void {
  const inputs = new Set(paths.map(fileIdentity).filter((id) => id !== null));
  for (const target of [flags.case, flags.html, flags.md, flags.output]) {
    const identity = target === undefined ? null : fileIdentity(target);
    if (identity === null || !inputs.has(identity)) continue;
    throw new OperatorError("over-evidence", `${target} is evidence to be read, not a place for results`, EXIT.usage);
  }
}

function fileIdentity(path: string): string | null {
  const found = path === "-" ? undefined : statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? `${found.dev}:${found.ino}` : null;
}

/** incident.tar.gz -> incident; /p4/1/logs/ -> logs; - -> stdin. Only harmless characters survive. */
function caseName(path: string): string {
  if (path === "-") return "stdin";
  const name = basename(resolve(path)).replace(/(\.tar)?\.(gz|tgz|zst|xz|bz2|zip|tar)$|\.tgz$/i, "");
  return name.replace(/[^A-Za-z0-9._-]+/g, "_").slice(0, 60) || "case";
}

function lasting(casePath: string, html: string | null, chosen: boolean): Outputs {
  const isNew = !existsSync(casePath);
  const abandon = () => {
    if (isNew) removeCase(casePath);
  };
  return { casePath, html, temporary: false, chosen, abandon };
}

/** Removes a case of ours with the files SQLite keeps beside it. */
export function removeCase(casePath: string): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(casePath + suffix, { force: true });
}

function temporary(html: string | null): Outputs {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "p4rca");
  makeFolder(cache, 0o700);
  removeLeftovers(cache);
  const casePath = join(cache, `run-${hostname()}-${process.pid}.sqlite`);
  const abandon = () => removeCase(casePath);
  process.once("exit", abandon);
  return { casePath, html, temporary: true, chosen: false, abandon };
}

/** Cases of --json runs that were killed: run-<this host>-4711.sqlite whose process is gone. */
function removeLeftovers(cache: string): void {
  const own = `run-${hostname()}-`;
  for (const name of readdirSync(cache)) {
    const pid = name.startsWith(own) ? /^(\d+)\.sqlite/.exec(name.slice(own.length))?.[1] : undefined;
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(join(cache, name), { force: true });
  }
}

function makeFolder(folder: string, mode = 0o777): void {
  try {
    mkdirSync(folder, { recursive: true, mode });
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

function removeIfEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}
