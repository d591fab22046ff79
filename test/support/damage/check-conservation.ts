import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CaseDb, openCase } from "../../../src/casedb/casedb.js";
import type { StoredSource } from "../../../src/contracts/case-store.js";
import { fillCase } from "../../../src/pipeline/fill-case.js";
import { FILL } from "../../pipeline/fill.js";
import { type CleanLogs, commandFaults } from "./command-faults.js";
import type { DamagedInput, ExpectedFile } from "./damaged-input.js";

/** Reads a damaged input into a case; returns all that is wrong with what the case says of it, in words. */
export async function conservationFaults(folder: string, input: DamagedInput, clean: CleanLogs): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const caseDb = openCase(":memory:");
  try {
    const ended = await failure(fillCase(caseDb, writeFiles(folder, input), FILL));
    const sources = caseDb.sources();
    const recognised = sources.some(({ state, kind }) => state === "done" && kind !== "unknown");
    const wanted = recognised ? null : "nothing-recognised";
    return [
      ...(ended === wanted ? [] : [`ingest ended with ${ended}, expected ${wanted}`]),
      ...accountFaults(sources),
      ...fileFaults(caseDb, sources, input.expected),
      ...(recognised ? await commandFaults(caseDb, input, clean) : []),
    ];
  } finally {
    caseDb.close();
    rmSync(folder, { recursive: true });
  }
}

function writeFiles(folder: string, { files }: DamagedInput): string[] {
  return files.map(({ name, bytes }) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  });
}

async function failure(work: Promise<void>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    const { code, stack } = error as { code?: string; stack?: string };
    return code ?? stack ?? String(error);
  }
}

/** For every file bytes = parsed + noise + unknown + skipped, to the byte. */
export function accountFaults(sources: readonly StoredSource[]): string[] {
  return sources
    .filter(({ state }) => state !== "refused")
    .flatMap(({ path, bytes, account }) => {
      const { parsed, noise, unknown, skipped } = account;
      const sums = parsed + noise + unknown + skipped === bytes;
      return sums && Math.min(parsed, noise, unknown, skipped) >= 0
        ? []
        : [`${path}: ${bytes} bytes, account ${JSON.stringify(account)}`];
    });
}

function fileFaults(caseDb: CaseDb, sources: readonly StoredSource[], expected: readonly ExpectedFile[]): string[] {
  const faults: string[] = [];
  const left = [...sources];
  for (const file of expected) {
    const at = left.findIndex((source) => isListedAs(source.path, file.path));
    const [source] = at < 0 ? [] : left.splice(at, 1);
    faults.push(...(source === undefined ? [`${file.path} is not listed`] : oneFile(caseDb, source, file)));
  }
  return [...faults, ...left.map(({ path, notes, reason }) => `${path} is listed: ${[reason, ...notes].join("; ")}`)];
}

/** With several PATHs a member stands behind the name of its archive. */
function isListedAs(path: string, name: string): boolean {
  return path === name || path.endsWith(`!${name}`);
}

function oneFile(caseDb: CaseDb, source: StoredSource, file: ExpectedFile): string[] {
  const { content } = file;
  const told = [...(source.reason === null ? [] : [source.reason]), ...source.notes];
  const warned = [
    ...caseDb.query(`SELECT code, line_no, byte_offset FROM warning WHERE source_id = ${source.id}`).rows,
  ];
  return [
    ...(source.state === file.state ? [] : [`${file.path} is ${source.state}, expected ${file.state}`]),
    ...(content === null ? [] : contentFaults(source, file, content)),
    ...noteFaults(file, told),
    ...(file.warnings ?? []).flatMap((want) => {
      const there = warned.some(
        ([code, lineNo, byteOffset]) =>
          String(code).startsWith(want.code) &&
          (want.lineNo === undefined || lineNo === want.lineNo) &&
          (want.byteOffset === undefined || byteOffset === want.byteOffset),
      );
      return there ? [] : [`${file.path}: no warning ${JSON.stringify(want)} among ${JSON.stringify(warned)}`];
    }),
  ];
}

/** Every byte that could be read was read, and is the byte that was there. */
function contentFaults({ bytes, sha256 }: StoredSource, file: ExpectedFile, content: Buffer): string[] {
  if (bytes > content.length || bytes < content.length - (file.mayLackBytes ?? 0)) {
    return [`${file.path}: ${bytes} bytes, expected ${content.length}`];
  }
  const hash = createHash("sha256").update(content.subarray(0, bytes)).digest("hex");
  return hash === sha256 ? [] : [`${file.path}: other bytes than expected`];
}

/** A pattern that matches nothing at all stands for a note that may be missing. */
function noteFaults(file: ExpectedFile, told: readonly string[]): string[] {
  const left = [...told];
  for (const note of file.notes) {
    const at = left.findIndex((text) => (typeof note === "string" ? text === note : note.test(text)));
    if (at >= 0) left.splice(at, 1);
    else if (typeof note === "string" || !note.test("")) {
      return [`${file.path}: no note ${note} among ${JSON.stringify(told)}`];
    }
  }
  return left.map((text) => `${file.path}: unexpected note "${text}"`);
}
