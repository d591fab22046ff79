import { spawnSync } from "node:child_process";
import type { Reference } from "./reference.js";

/** log2sql (go-libp4dlog) itself. Metrics off: they cost it more than the database does. */
export function log2sql(program: string): Reference {
  const argsFor = (log: string, server: 1 | 3) => [
    "--no.metrics",
    // A log of starts only has to be announced, or it fails.
    ...(server === 1 ? ["--no.completion.records"] : []),
    log,
  ];
  return {
    name: "log2sql",
    about: `log2sql --no.metrics, built by ${goVersion(program)}`,
    databaseCommand: (log, database, server) => [program, "--dbname", database, ...argsFor(log, server)],
    jsonCommand: (log, server) => [program, "--no.sql", "--json", "--json.output=-", ...argsFor(log, server)],
  };
}

function goVersion(program: string): string {
  const said = spawnSync(program, ["--version"], { encoding: "utf8" });
  return /go version:\s+(go[\d.]+)/.exec(`${said.stdout}${said.stderr}`)?.[1] ?? "an unknown Go"; //   go version:       go1.26.8
}
