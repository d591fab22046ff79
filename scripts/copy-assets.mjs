// tsc copies no SQL: the case database reads its migrations, views and recipes at run time, beside its own files.
import { cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const from = fileURLToPath(new URL("../src/casedb/", import.meta.url));
const to = fileURLToPath(new URL("../dist/casedb/", import.meta.url));

// A recipe that was removed from src may not live on in an old dist.
for (const folder of ["migrations", "recipes"]) rmSync(`${to}${folder}`, { recursive: true, force: true });
cpSync(from, to, { recursive: true, filter: (path) => !/\.(ts|mts|cts)$/.test(path) });
