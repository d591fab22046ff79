import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where log2sql (go-libp4dlog) is: the first on PATH, or null. */
export function log2sqlOnPath(path = process.env.PATH ?? ""): string | null {
  const places = path.split(delimiter).map((folder) => join(folder, "log2sql"));
  return places.find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Metrics off: they cost it more than the database does. A log of starts only has to be announced, or it fails. */
export function log2sqlArgs(log: string, server: 1 | 3): string[] {
  return ["--no.metrics", ...(server === 1 ? ["--no.completion.records"] : []), log];
}
