import { toBatch } from "../../src/base/row-batcher.js";
import type { CaseDb } from "../../src/casedb/casedb.js";
import type { EvidenceKind } from "../../src/contracts/evidence.js";
import type { IngestSink, LogEdges, SourceSummary } from "../../src/contracts/ingest-sink.js";
import {
  COMMAND_FLAG,
  type CommandBatch,
  type RecordRow,
  type RecordTableName,
} from "../../src/contracts/record-batch.js";

/** 2024/03/05 09:00:00 on the server's clock. */
export const NINE = Date.UTC(2024, 2, 5, 9) / 1000;

export interface Child {
  readonly table: RecordTableName;
  readonly row: RecordRow;
}

export interface TestCommand {
  readonly row: RecordRow;
  readonly children?: readonly Child[];
}

export const DONE = COMMAND_FLAG.hasStart | COMMAND_FLAG.hasCompletion;

/** A command that started and completed, unless `row` says otherwise; its lines are numbered from `line`. */
export function command(
  sourceId: number,
  pid: number,
  line: number,
  row: RecordRow,
  children: readonly Child[] = [],
): TestCommand {
  return {
    row: {
      source_id: sourceId,
      line_no: line,
      byte_offset: line * 100,
      byte_length: 90,
      flags: DONE,
      pid,
      start_s: NINE,
      key_hash: 1_000_000 * sourceId + line,
      running: 1,
      user: `user${pid}`,
      workspace: `ws${pid}`,
      ip: "10.0.0.1",
      app: "p4/2023.1",
      cmd: "user-sync",
      args: "//...",
      ...row,
    },
    children,
  };
}

/** A `--- db.X` section at line `line`; `lock_line_no` follows where there are lock times. */
export function use(sourceId: number, ordinal: number, line: number, name: string, row: RecordRow = {}): Child {
  const locked = Object.keys(row).some((column) => column.startsWith("total_"));
  return {
    table: "table_use",
    row: {
      ordinal,
      source_id: sourceId,
      line_no: line,
      byte_offset: line * 100,
      lock_line_no: locked ? line + 2 : null,
      lock_byte_offset: locked ? (line + 2) * 100 : null,
      name,
      mode: "",
      ...row,
    },
  };
}

export function batchOf(commands: readonly TestCommand[]): CommandBatch {
  const tables = new Map<RecordTableName, RecordRow[]>();
  commands.forEach(({ children }, index) => {
    for (const { table, row } of children ?? []) {
      tables.set(table, [...(tables.get(table) ?? []), { ...row, command_index: index }]);
    }
  });
  return {
    commands: toBatch(
      "command",
      commands.map(({ row }) => row),
    ),
    children: [...tables].map(([table, rows]) => toBatch(table, rows)),
  };
}

export function summary(change: Partial<SourceSummary> = {}): SourceSummary {
  return {
    kind: "p4log",
    sha256: "0".repeat(64),
    bytes: 1000,
    lines: 100,
    records: 10,
    account: { parsed: 900, noise: 50, unknown: 30, skipped: 20 },
    firstS: NINE,
    lastS: NINE + 600,
    warnings: [],
    notes: [],
    edges: null,
    ...change,
  };
}

interface FileOptions {
  readonly path?: string;
  readonly kind?: EvidenceKind;
  readonly sha256?: string;
  readonly firstS?: number;
  readonly lastS?: number;
  readonly lines?: number;
  readonly bytes?: number;
  readonly edges?: LogEdges;
  readonly records?: number;
}

let files = 0;

/** One whole file through the sink; `fill` gets the sink and the file's id. Returns the id. */
export function addFile(caseDb: CaseDb, options: FileOptions, fill: (sink: IngestSink, id: number) => void): number {
  files++;
  const { path = `logs/log.${files}`, sha256 = String(files).padStart(64, "0"), ...rest } = options;
  const sink = caseDb.sink(() => {});
  const id = sink.openSource({ path, storedBytes: 500, modifiedMs: null });
  fill(sink, id);
  sink.closeSource(id, summary({ sha256, ...rest }));
  return id;
}

/** One server over the given files, in UTC unless said otherwise. */
export function oneServer(caseDb: CaseDb, sourceIds: readonly number[], timeZone = "UTC"): void {
  caseDb.setServers([
    {
      label: "s1",
      serverId: "commit-1",
      instance: "1",
      role: "commit",
      version: "P4D/2023.1",
      timeZone,
      timeZoneFrom: "capture",
      sourceIds,
    },
  ]);
}
