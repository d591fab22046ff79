import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import type { LogMix } from "../generate-log.js";
import type { Reference } from "./reference.js";

/** A program that brings a log into a database. */
export interface Program {
  readonly name: string;
  command(log: string, database: string, mix: LogMix): string[];
  /** How many rows it made, to see that both did the same work. */
  count(database: string): RowCount;
}

export interface RowCount {
  readonly commands: number;
  readonly tableRows: number;
}

/** p4rca as a user runs it, from dist/. */
export const P4RCA: Program = {
  name: "p4rca",
  command: (log, database) => {
    const bin = fileURLToPath(new URL("../../bin/p4rca.js", import.meta.url));
    return [process.execPath, bin, "ingest", log, "--case", database, "--quiet"];
  },
  count: (database) => countRows(database, ["command"], ["table_use", "trigger_use"]),
};

/** log2sql, or what stands in for it. */
export function referenceProgram(reference: Reference): Program {
  return {
    name: reference.name,
    command: (log, database, { server }) => reference.databaseCommand(log, database, server),
    count: (database) => countRows(database, ["process"], ["tableUse"]),
  };
}

function countRows(database: string, commandTables: readonly string[], useTables: readonly string[]): RowCount {
  const db = new Database(database, { readonly: true });
  const sum = (tables: readonly string[]) =>
    tables.reduce((total, table) => total + Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()), 0);
  const counted = { commands: sum(commandTables), tableRows: sum(useTables) };
  db.close();
  return counted;
}

/** What the program left behind, its journal too. */
export function databaseBytes(database: string): number {
  const sizes = ["", "-wal", "-shm", "-journal"].map((suffix) =>
    statSync(database + suffix, { throwIfNoEntry: false }),
  );
  return sizes.reduce((sum, stat) => sum + (stat?.size ?? 0), 0);
}
