import { openCase } from "../casedb/casedb.js";
import { type FillOptions, fillCase } from "./fill-case.js";

export interface IngestedInput {
  readonly path: string;
  readonly kind: string;
  readonly server: string | null;
  readonly state: string;
  readonly records: number;
  readonly bytes: number;
  readonly parsed: number;
  readonly noise: number;
  readonly unknown: number;
  readonly skipped: number;
  readonly notes: readonly string[];
}

/** `p4rca ingest`: fills the case and says what became of every file. */
export async function ingestCase(
  casePath: string,
  paths: readonly string[],
  options: FillOptions,
): Promise<{ case: string; inputs: IngestedInput[] }> {
  const caseDb = openCase(casePath);
  try {
    await fillCase(caseDb, paths, options);
    const labels = new Map(
      caseDb
        .reader()
        .servers()
        .map((server) => [server.id, server.label]),
    );
    const inputs = caseDb.sources().map((source) => ({
      path: source.path,
      kind: source.kind,
      server: source.serverId === null ? null : (labels.get(source.serverId) ?? null),
      state: source.state,
      records: source.records,
      bytes: source.bytes,
      parsed: source.account.parsed,
      noise: source.account.noise,
      unknown: source.account.unknown,
      skipped: source.account.skipped,
      notes: source.reason === null ? source.notes : [source.reason, ...source.notes],
    }));
    return { case: casePath, inputs };
  } finally {
    caseDb.close();
  }
}
