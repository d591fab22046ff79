import type { Problem } from "./limits.js";

/** One member of an archive. `open` is called at most once, and before the next member is asked for. */
export interface ArchiveEntry {
  /** As stored; hostile text, never a path to open. */
  readonly name: string;
  /** `file`, `directory`, or what else it is in words ("symbolic link to /etc/passwd"). */
  readonly type: string;
  /** Bytes the archive stores for it (compressed in a zip). */
  readonly storedBytes: number;
  /** Decompressed length where it is known before reading; a promise of the archive, not a fact. */
  readonly sizeBytes: number | null;
  readonly modifiedMs: number | null;
  open(problems: Problem[]): AsyncIterable<Uint8Array>;
}

/**
 * Why a stored name is refused, null when it stays inside the archive. Nothing is ever extracted, so such a name could
 * do no harm here; but who makes one means harm, or made the archive with absolute paths and should know.
 */
export function escapeReason(name: string): string | null {
  if (/^([/\\]|[A-Za-z]:[/\\])/.test(name)) return "absolute path inside an archive: not read"; // /etc/passwd, C:\x
  let depth = 0;
  for (const part of name.split(/[/\\]/)) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    if (depth < 0) return "path leads out of the archive: not read";
  }
  return null;
}
