// Fills the case named first from the files behind it, and says on stdout how far it got, so that it can be killed there.
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { openCase } from "../../src/casedb/casedb.js";
import { fillCase } from "../../src/pipeline/fill-case.js";
import { FILL } from "./fill.js";

async function fill(casePath: string, paths: readonly string[]): Promise<void> {
  const caseDb = openCase(casePath);
  await fillCase(caseDb, paths, { ...FILL, progress: ({ stage }) => void writeSync(1, `${stage}\n`) });
  caseDb.close();
}

const [, main, casePath, ...paths] = process.argv;
if (main !== undefined && casePath !== undefined && import.meta.url === pathToFileURL(main).href) {
  await fill(casePath, paths);
}
