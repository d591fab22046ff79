import type Database from "better-sqlite3";
import {
  RECORD_TABLES,
  type RecordBatch,
  type RecordTableName,
  type RecordTableSpec,
} from "../contracts/record-batch.js";
import type { LockDictionary } from "./lock-dictionary.js";
import { RowInserter } from "./row-inserter.js";

/** Columns of a batch that become part of a row's id instead of columns of their own. */
const FOLDED: readonly string[] = ["command_index", "ordinal"];

const TOTALS = ["total_read_wait_ms", "total_read_held_ms", "total_write_wait_ms", "total_write_held_ms"];
const LOCK = ["lock_line_no", "lock_byte_offset", ...TOTALS];
const PEEK = ["peek_count", "total_peek_wait_ms", "total_peek_held_ms", "max_peek_wait_ms", "max_peek_held_ms"];
const MAX = ["max_line_no", "max_read_wait_ms", "max_read_held_ms", "max_write_wait_ms", "max_write_held_ms"];
const SPLIT = [
  "rows_line_no",
  "pages_split_internal",
  "pages_split_leaf",
  "pages_reordered_internal",
  "pages_reordered_leaf",
];
const TRACK = ["track_line_no", "track_byte_offset", "track_lapse_ms", "mem_mb", "mem_peak_mb"].concat(
  ["rpc_msgs_in", "rpc_msgs_out", "rpc_size_in_mb", "rpc_size_out_mb"],
  ["rpc_himark_fwd", "rpc_himark_rev", "rpc_snd_ms", "rpc_rcv_ms"],
);
const SELDOM = ["end_source_id", "paused_ms", "rpc_errors", "lock_attempts"].concat(
  ["compute_source_id", "track_source_id", "usage_line_no", "paused_line_no", "rpc_line_no"],
  ["files_sent", "files_received", "files_sent_mb", "files_received_mb"],
  ["net_files_added", "net_files_updated", "net_files_deleted", "net_bytes_added", "net_bytes_updated"],
);

/**
 * Binding values is what inserting costs, and most rows have few of the columns: rows in which a whole group is NULL
 * go through a statement that does not name it (measured: half again as fast). Narrowest first.
 */
const LEFT_OUT: Partial<Record<RecordTableName, readonly (readonly string[])[]>> = {
  command: [[...SELDOM, ...TRACK], SELDOM],
  table_use: [
    [...LOCK, ...PEEK, ...MAX, ...SPLIT],
    [...PEEK, ...MAX, ...SPLIT],
    [...LOCK, ...MAX, ...SPLIT],
    [...PEEK, ...SPLIT],
  ],
};

/** Where a second row of the same place is no error: lines cited twice, sections beyond what a command has room for. */
const KEYS: Partial<Record<RecordTableName, string>> = {
  table_use: "id",
  trigger_use: "id",
  librarian_use: "id",
  remote_rpc: "id",
  evidence_line: "source_id, line_no",
};

interface Shape {
  /** Positions in a batch row that are bound, and those that must be NULL. */
  readonly taken: readonly number[];
  readonly absent: readonly number[];
  readonly inserter: RowInserter;
}

/** Writes the batches of one record table. */
export class TableWriter {
  private readonly spec: RecordTableSpec;
  private readonly shapes: readonly Shape[];
  private readonly full: Shape;
  /** Positions of the lock totals in a batch row. */
  private readonly totals: readonly number[];

  /** `withId`: rows carry an id of the caller's; `locks`: the name and mode become a lock_object_id. */
  constructor(
    db: Database.Database,
    table: RecordTableName,
    private readonly withId: boolean,
    private readonly locks: LockDictionary | null,
  ) {
    this.spec = RECORD_TABLES[table];
    const texts = locks === null ? this.spec.texts : ["worst_ms", "lock_object_id"];
    const shape = (leftOut: readonly string[]): Shape => {
      const names = this.spec.numbers.filter((name) => !FOLDED.includes(name) && !leftOut.includes(name));
      return {
        taken: names.map((name) => this.spec.numbers.indexOf(name)),
        absent: leftOut.map((name) => this.spec.numbers.indexOf(name)),
        inserter: new RowInserter(db, table, [...(withId ? ["id"] : []), ...names, ...texts], KEYS[table] ?? null),
      };
    };
    this.totals = this.spec.numbers.flatMap((name, index) => (TOTALS.includes(name) ? [index] : []));
    this.full = shape([]);
    this.shapes = [...(LEFT_OUT[table] ?? []).map(shape), this.full];
  }

  /** Lays down row `row` of the batch; `id` is ignored by tables without one. */
  add(batch: RecordBatch, row: number, id: number): void {
    const from = row * this.spec.numbers.length;
    const { taken, inserter } = this.shapeOf(batch.numbers, from);
    const { values } = inserter;
    let at = inserter.at;
    if (this.withId) values[at++] = id;
    for (let i = 0; i < taken.length; i++) values[at++] = batch.numbers[from + (taken[i] as number)] as number;
    const text = row * this.spec.texts.length;
    if (this.locks !== null) {
      values[at++] = this.worst(batch.numbers, from);
      values[at++] = this.locks.id(batch.texts[text] ?? "", batch.texts[text + 1] ?? "");
    } else {
      for (let i = 0; i < this.spec.texts.length; i++) values[at++] = batch.texts[text + i] ?? null;
    }
    inserter.at = at;
    inserter.next();
  }

  /** Computed here: SQLite evaluates even virtual columns for every row that is inserted, which cost a fifth of the time. */
  private worst(numbers: Float64Array, from: number): number {
    let most = 0;
    for (const column of this.totals) {
      const ms = numbers[from + column] as number;
      if (ms > most) most = ms; // never so for NaN
    }
    return most;
  }

  flush(): void {
    for (const { inserter } of this.shapes) inserter.flush();
  }

  discard(): void {
    for (const { inserter } of this.shapes) inserter.discard();
  }

  takeRefused(): number {
    return this.shapes.reduce((sum, { inserter }) => sum + inserter.takeRefused(), 0);
  }

  private shapeOf(numbers: Float64Array, from: number): Shape {
    for (const shape of this.shapes) {
      let index = 0;
      while (index < shape.absent.length && Number.isNaN(numbers[from + (shape.absent[index] as number)])) index++;
      if (index === shape.absent.length) return shape;
    }
    return this.full;
  }
}
