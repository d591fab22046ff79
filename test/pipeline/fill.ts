import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type CaseDb, openCase } from "../../src/casedb/casedb.js";
import { fillCase } from "../../src/pipeline/fill-case.js";

export interface LogFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export const FILL = {
  request: { stdin: null, fromS: null, toS: null, limits: {} },
  zone: null,
  checkpoint: () => {},
  progress: () => {},
};

/** Writes the files and returns their paths; a name in .gz is compressed. */
export function writeLogs(folder: string, files: readonly LogFile[]): string[] {
  mkdirSync(folder, { recursive: true });
  return files.map(({ name, bytes }) => {
    const path = join(folder, name);
    writeFileSync(path, name.endsWith(".gz") ? gzipSync(bytes) : bytes);
    return path;
  });
}

/** A case of these paths, filled as `p4rca ingest` does. */
export async function caseOf(paths: readonly string[]): Promise<CaseDb> {
  const caseDb = openCase(":memory:");
  await fillCase(caseDb, paths, FILL);
  return caseDb;
}

/**
 * What the case knows, whatever the files. Kept lines are left out: which are worth keeping depends on what a file knows
 * alone. So is the length of a start line: a file that ends between a line and its end does not have the end.
 */
export function knowledge(caseDb: CaseDb): string[] {
  return caseDb
    .canonicalDump()
    .filter((line) => !line.startsWith('["evidence_line"'))
    .map((line) => line.replace(/"byte_length":\d+,/, ""));
}

/** p4d's own way: dated names, the newest file called log. */
export function rotationNames(count: number, gzipped: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const name = index === count - 1 ? "log" : `log.2024-03-05_0${index}-00-00`;
    return index === gzipped ? `${name}.gz` : name;
  });
}

/** The first few lines that only one side has, cut short: a log holds more than anyone wants to read of it. */
export function differences(have: readonly string[], want: readonly string[]): string[] {
  const only = (mark: string, list: readonly string[], other: readonly string[]) => {
    const known = new Set(other);
    return list.filter((line) => !known.has(line)).map((line) => `${mark} ${line.slice(0, 600)}`);
  };
  const found = [...only("+", have, want), ...only("-", want, have)];
  return found.length === 0 && have.length !== want.length ? ["a line twice"] : found.slice(0, 6);
}
