import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CaseDb, openCase } from "../../../src/casedb/casedb.js";
import { RECORD_TABLES } from "../../../src/contracts/record-batch.js";
import { fillCase } from "../../../src/pipeline/fill-case.js";
import { FILL } from "../../pipeline/fill.js";
import { accountFaults } from "./check-conservation.js";
import type { InputFile } from "./damaged-input.js";

/** No line makes more rows than this for each of its bytes: `(R),` in a list of locks is the densest. */
const ROWS_PER_BYTE = 0.5;
/** A warning of each kind for a file at most. */
const WARNINGS_PER_FILE = 30;
/** The smallest member of an archive. */
const BYTES_PER_FILE = 30;
const SOME = 50;

export interface FuzzOutcome {
  readonly faults: readonly string[];
  /** Bytes that were read, decompressed. */
  readonly readBytes: number;
}

/** Reads any bytes into a case and says what is wrong with that: an exception, bytes that don't add up, growth. */
export async function fuzzFaults(folder: string, files: readonly InputFile[]): Promise<FuzzOutcome> {
  mkdirSync(folder, { recursive: true });
  const caseDb = openCase(":memory:");
  try {
    const paths = files.map(({ name, bytes }) => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    });
    const thrown = await fillCase(caseDb, paths, FILL).then(
      () => [],
      (error: { code?: string; stack?: string }) =>
        error.code === "nothing-recognised" ? [] : [`threw ${error.stack ?? String(error)}`],
    );
    const inputBytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const readBytes = caseDb.sources().reduce((sum, { bytes }) => sum + bytes, 0);
    const faults = [...thrown, ...accountFaults(caseDb.sources()), ...growthFaults(caseDb, inputBytes, readBytes)];
    return { faults, readBytes };
  } finally {
    caseDb.close();
    rmSync(folder, { recursive: true });
  }
}

function growthFaults(caseDb: CaseDb, inputBytes: number, readBytes: number): string[] {
  const sources = caseDb.sources();
  const count = (table: string) => Number([...caseDb.query(`SELECT count(*) FROM ${table}`).rows][0]?.[0]);
  const rows = Object.keys(RECORD_TABLES).reduce((sum, table) => sum + count(table), 0);
  const warnings = count("warning");
  const notes = sources.reduce((sum, source) => sum + (source.reason ?? "").length + source.notes.join().length, 0);
  const over = (what: string, have: number, most: number) =>
    have > most + SOME ? [`${have} ${what} of ${inputBytes} bytes (${readBytes} read)`] : [];
  return [
    ...over("rows", rows, readBytes * ROWS_PER_BYTE),
    ...over("files", sources.length, inputBytes / BYTES_PER_FILE),
    ...over("warnings", warnings, sources.length * WARNINGS_PER_FILE),
    // Each names at most a path, which comes from the input, and a few words.
    ...over("bytes of notes", notes, sources.length * 400 + 4 * inputBytes),
  ];
}
