import { execFileSync } from "node:child_process";
import type { Reference } from "./reference.js";

/** The program of bench/reference, built. Throws when it can't run here. */
export function goReference(program: string): Reference {
  const madeOf = execFileSync(program, ["--version"], { encoding: "utf8" }).trim(); // go-libp4dlog v0.14.1, go1.26.8
  const argsFor = (log: string, server: 1 | 3) => [...(server === 1 ? ["--starts-only"] : []), log];
  return {
    name: "bench/reference",
    about: `bench/reference (${madeOf}), as there is no log2sql on PATH`,
    databaseCommand: (log, database, server) => [program, "--db", database, ...argsFor(log, server)],
    jsonCommand: (log, server) => [program, "--json", ...argsFor(log, server)],
  };
}
