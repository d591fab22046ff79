import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a program is: the first of its name on a PATH, or null. */
export function programOnPath(name: string, path: string): string | null {
  const places = path.split(delimiter).map((folder) => join(folder, name));
  return places.find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile(); // a folder may be "executable" too
  } catch {
    return false;
  }
}
