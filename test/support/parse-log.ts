import type { StoredCommand } from "../../src/contracts/case-store.js";
import {
  COMMAND_FLAG,
  type CommandBatch,
  numberAt,
  RECORD_TABLES,
  type RecordBatch,
  type RecordRow,
  type RecordTableName,
  textAt,
} from "../../src/contracts/record-batch.js";
import type { ParseOutcome } from "../../src/ingest/evidence-format.js";
import { joinEdges } from "../../src/ingest/formats/p4d-text/edges.js";
import { p4dTextFormat } from "../../src/ingest/formats/p4d-text/p4d-text.js";
import { type Seam, seamsOf } from "../../src/ingest/formats/p4d-text/seams.js";

/** A command with its child rows by column name; `flags` also as words. */
export interface ParsedCommand {
  readonly [column: string]: unknown;
  readonly row: RecordRow;
  readonly flagWords: readonly string[];
  readonly tables: readonly RecordRow[];
  readonly triggers: readonly RecordRow[];
  readonly librarian: readonly RecordRow[];
  readonly remote: readonly RecordRow[];
}

export interface ParsedLog {
  readonly commands: readonly ParsedCommand[];
  readonly rows: readonly { readonly table: RecordTableName; readonly row: RecordRow }[];
  readonly outcomes: readonly ParseOutcome[];
}

export interface ParseOptions {
  readonly chunkSize?: number;
  readonly maxLineBytes?: number;
}

function bytesOfLog(log: string | Uint8Array): Buffer {
  return typeof log === "string" ? Buffer.from(log) : Buffer.from(log);
}

/** Parses one log as the pipeline does: the file by itself, then its edges. */
export async function parseLog(log: string | Uint8Array, options: ParseOptions = {}): Promise<ParsedLog> {
  return parseLogs([log], options);
}

/** Parses rotations in time order: each by itself, then joined edge to edge. */
export async function parseLogs(
  logs: readonly (string | Uint8Array)[],
  options: ParseOptions = {},
): Promise<ParsedLog> {
  const store = new TestStore();
  const outcomes: ParseOutcome[] = [];
  for (const [index, log] of logs.entries()) outcomes.push(await store.parse(bytesOfLog(log), index + 1, options));
  const files = outcomes.map(({ lines, edges }, index) => ({ sourceId: index + 1, lines, edges }));
  for (const seam of seamsOf(files)) store.join(seam);
  return { commands: store.parsed(), rows: store.rows, outcomes };
}

/** What the case database does with batches, in memory. */
class TestStore {
  private readonly commands = new Map<number, StoredCommand>();
  readonly rows: { table: RecordTableName; row: RecordRow }[] = [];
  private nextId = 1;

  async parse(bytes: Buffer, sourceId: number, options: ParseOptions): Promise<ParseOutcome> {
    const { chunkSize = bytes.length, maxLineBytes = 1 << 20 } = options;
    const parser = p4dTextFormat.open(
      { sourceId, path: "log", modifiedMs: null, maxLineBytes },
      { commands: (batch) => this.add(batch), rows: (batch) => this.addRows(batch) },
    );
    for (let at = 0; at < bytes.length; at += Math.max(1, chunkSize)) {
      await parser.push(new Uint8Array(bytes.subarray(at, at + Math.max(1, chunkSize))));
    }
    return parser.end();
  }

  /** Joins on top of what the files before left open. */
  join({ fragments, earlier, pids }: Seam): void {
    const open = [...this.commands.values()].filter(
      ({ command }) =>
        (Number(command.flags) & COMMAND_FLAG.openAtSourceEnd) !== 0 &&
        earlier.includes(Number(command.source_id)) &&
        (pids === null || pids.includes(Number(command.pid))),
    );
    const result = joinEdges({ open, earlier, fragments });
    for (const id of result.replaced) this.commands.delete(id);
    for (const batch of result.batches) this.add(batch);
    for (const batch of result.rows) this.addRows(batch);
  }

  parsed(): ParsedCommand[] {
    const order = ["source_id", "line_no"] as const;
    const list = [...this.commands.values()].map(parsedCommand);
    return list.sort((a, b) => Number(a[order[0]]) - Number(b[order[0]]) || Number(a[order[1]]) - Number(b[order[1]]));
  }

  private add(batch: CommandBatch): void {
    const commands = rowsOf(batch.commands);
    const children: { table: RecordTableName; row: RecordRow }[][] = commands.map(() => []);
    for (const child of batch.children) {
      for (const row of rowsOf(child)) {
        children[Number(row.command_index)]?.push({ table: child.table, row: { ...row, command_index: 0 } });
      }
    }
    commands.forEach((command, index) => {
      const commandId = this.nextId++;
      this.commands.set(commandId, { commandId, command, children: children[index] ?? [] });
    });
  }

  private addRows(batch: RecordBatch): void {
    for (const row of rowsOf(batch)) this.rows.push({ table: batch.table, row });
  }
}

function parsedCommand({ command, children }: StoredCommand): ParsedCommand {
  const of = (table: RecordTableName) => children.filter((child) => child.table === table).map(({ row }) => row);
  const flagWords = Object.entries(COMMAND_FLAG)
    .filter(([, bit]) => (Number(command.flags) & bit) !== 0)
    .map(([word]) => word);
  return {
    ...command,
    row: command,
    flagWords,
    tables: of("table_use"),
    triggers: of("trigger_use"),
    librarian: of("librarian_use"),
    remote: of("remote_rpc"),
  };
}

/** Rows by column name; NULL where the batch has NaN. */
function rowsOf(batch: RecordBatch): RecordRow[] {
  const spec = RECORD_TABLES[batch.table];
  return Array.from({ length: batch.rowCount }, (_, index) => {
    const row: Record<string, number | string | null> = {};
    spec.numbers.forEach((name, column) => {
      const value = numberAt(batch, index, column);
      row[name] = Number.isNaN(value) ? null : value;
    });
    spec.texts.forEach((name, column) => {
      row[name] = textAt(batch, index * spec.texts.length + column);
    });
    return row;
  });
}
