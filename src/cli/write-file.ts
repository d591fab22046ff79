import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { EXIT, OperatorError } from "../base/errors.js";

/** Writes beside the target and renames, so that a reader never sees half a report. */
export function writeFileSafely(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const draft = `${path}.part`;
    writeFileSync(draft, text);
    renameSync(draft, path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError("cannot-write", `cannot write ${path}: ${reason}`, EXIT.usage);
  }
}
