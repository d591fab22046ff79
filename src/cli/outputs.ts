import { mkdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";

export interface Outputs {
  readonly casePath: string;
  readonly html: string | null;
  /** The case is only for this run. */
  readonly temporary: boolean;
  /** p4rca chose the place: a finished case there is an earlier run's and makes room for this one. */
  readonly chosen: boolean;
  cleanUp(): void;
}

/**
 * Where results go. Nothing asked for: ./p4rca-<name>/ with case.sqlite and report.html. `--json` alone: nothing is
 * left behind, the case lives in the cache folder and is removed again.
 */
export function placeOutputs(
  paths: readonly string[],
  flags: { case?: string; html?: string; md?: string; json?: boolean },
): Outputs {
  if (flags.case !== undefined) return lasting(flags.case, flags.html ?? null, false);
  if (flags.json === true) return temporary(flags.html ?? null);
  const folder = `p4rca-${caseName(paths[0] ?? "case")}`;
  mkdirSync(folder, { recursive: true });
  return lasting(join(folder, "case.sqlite"), flags.html ?? join(folder, "report.html"), true);
}

/** incident.tar.gz -> incident; /p4/1/logs/ -> logs; - -> stdin. Only harmless characters survive. */
function caseName(path: string): string {
  if (path === "-") return "stdin";
  const name = basename(resolve(path)).replace(/(\.tar)?\.(gz|tgz|zst|xz|bz2|zip|tar)$|\.tgz$/i, "");
  return name.replace(/[^A-Za-z0-9._-]+/g, "_").slice(0, 60) || "case";
}

function lasting(casePath: string, html: string | null, chosen: boolean): Outputs {
  return { casePath, html, temporary: false, chosen, cleanUp: () => {} };
}

/** Removes a case of ours with the files SQLite keeps beside it. */
export function removeCase(casePath: string): void {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(casePath + suffix, { force: true });
}

function temporary(html: string | null): Outputs {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "p4rca");
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  const casePath = join(cache, `run-${process.pid}-${Date.now()}.sqlite`);
  return { casePath, html, temporary: true, chosen: false, cleanUp: () => removeCase(casePath) };
}
