import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { goBuild } from "./go-build.js";
import { goReference } from "./go-reference.js";
import { log2sql } from "./log2sql.js";
import { programOnPath } from "./on-path.js";
import type { Found } from "./reference.js";

export interface Surroundings {
  readonly path: string;
  readonly cacheFolder: string;
  /** Of the Go program. */
  readonly sources: string;
  /** How long building it may take. */
  readonly limitS: number;
}

/**
 * log2sql, if it is on PATH; else our own program on its parser, bench/reference, built if need be; else none, and why.
 */
export async function findReference(given: Partial<Surroundings> = {}): Promise<Found> {
  const { path, cacheFolder, sources, limitS } = { ...surroundings(), ...given };
  const program = programOnPath("log2sql", path);
  if (program !== null) return { reference: log2sql(program) };
  const go = programOnPath("go", path);
  if (go === null) return missing("no go on PATH to build bench/reference");
  try {
    return { reference: goReference(await goBuild({ go, sources, cacheFolder, limitS })) };
  } catch (error) {
    return missing(`bench/reference is not to be had: ${(error as Error).message.split("\n")[0]}`);
  }
}

function missing(why: string): Found {
  // Recorded results are shared; where somebody keeps files is nobody's business.
  return { reference: null, reason: `no log2sql on PATH; ${why.replaceAll(homedir(), "~")}` };
}

function surroundings(): Surroundings {
  return {
    path: process.env.PATH ?? "",
    cacheFolder: join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "p4rca-bench"),
    sources: fileURLToPath(new URL("../reference/", import.meta.url)),
    limitS: 600,
  };
}
