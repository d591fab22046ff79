import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { noProgress } from "../../src/base/progress.js";
import { type CaseDb, openCase } from "../../src/casedb/casedb.js";
import { fillCase } from "../../src/pipeline/fill-case.js";
import { scratchFolder } from "../ingest/recording-sink.js";

/** 2024/03/05 on the server's clock, in local ms. */
export const at = (hour: number, minute: number, second = 0) => Date.UTC(2024, 2, 5, hour, minute, second);

/** When every file was last written: noon of the next day, so that no time is taken from it by chance. */
const WRITTEN = new Date(Date.UTC(2024, 2, 6, 12));

/** A case as the program itself makes one of these files (path to text). Close it when done. */
export async function realCase(
  files: Readonly<Record<string, string | Uint8Array>>,
  zone: string | null = "UTC",
): Promise<CaseDb> {
  const folder = scratchFolder();
  for (const [path, text] of Object.entries(files)) {
    const place = folder.at(path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
    utimesSync(place, WRITTEN, WRITTEN);
  }
  const caseDb = openCase(":memory:");
  const request = { stdin: null, fromS: null, toS: null, limits: {} };
  await fillCase(caseDb, [folder.path], { request, zone, checkpoint: () => {}, progress: noProgress });
  folder.remove();
  return caseDb;
}
