import type Database from "better-sqlite3";
import {
  RECORD_TABLES,
  type RecordBatch,
  type RecordTableName,
  type RecordTableSpec,
  rowStart,
  textAt,
} from "../contracts/record-batch.js";
import type { LockDictionary } from "./lock-dictionary.js";
import { NAMED, type NameDictionary } from "./name-dictionary.js";
import { RowInserter } from "./row-inserter.js";

/** Columns of a batch that become part of a row's id instead of columns of their own; they stand in front. */
export const FOLDED: readonly string[] = ["command_index", "ordinal"];

/** The numbers that stand in rows for texts. */
export interface Dictionaries {
  readonly locks: LockDictionary;
  readonly names: NameDictionary;
}

/** Name of the table that holds the rows. */
export function storedAs(table: RecordTableName): string {
  return table === "command" ? "command_row" : table;
}

/** Where a second row of the same place is no error: lines cited twice, sections beyond what a command has room for. */
const KEYS: Partial<Record<RecordTableName, string>> = {
  table_use: "id",
  trigger_use: "id",
  librarian_use: "id",
  remote_rpc: "id",
  evidence_line: "source_id, line_no",
};

/** Takes rows of batches, each under an id of its own. */
export interface RowTarget {
  add(batch: RecordBatch, row: number, id: number): void;
}

/** Writes rows of batches of one record table through statements. */
export class TableWriter implements RowTarget {
  private readonly spec: RecordTableSpec;
  private readonly inserter: RowInserter;
  /** Positions in a batch row that are stored. */
  private readonly taken: readonly number[];
  private readonly locks: LockDictionary | null;
  private readonly isNamed: readonly boolean[];

  /** `withId`: rows carry an id of the caller's. */
  constructor(
    db: Database.Database,
    table: RecordTableName,
    private readonly withId: boolean,
    private readonly dictionaries: Dictionaries,
  ) {
    this.spec = RECORD_TABLES[table];
    this.locks = table === "table_use" ? dictionaries.locks : null;
    this.isNamed = this.spec.texts.map((name) => table === "command" && NAMED.includes(name));
    const names = this.spec.numbers.filter((name) => !FOLDED.includes(name));
    this.taken = names.map((name) => this.spec.numbers.indexOf(name));
    const texts = this.locks === null ? this.spec.texts : ["lock_object_id", "worst_ms"];
    this.inserter = new RowInserter(
      db,
      storedAs(table),
      [...(withId ? ["id"] : []), ...names, ...texts],
      KEYS[table] ?? null,
    );
  }

  /** Lays down row `row` of the batch; `id` is ignored by tables without one. */
  add(batch: RecordBatch, row: number, id: number): void {
    const from = rowStart(batch, row);
    const end = rowStart(batch, row + 1);
    const { taken, inserter } = this;
    const { values } = inserter;
    let at = inserter.at;
    if (this.withId) values[at++] = id;
    for (let i = 0; i < taken.length; i++) {
      const place = from + (taken[i] as number);
      values[at++] = place < end ? (batch.numbers[place] as number) : null;
    }
    const text = row * this.spec.texts.length;
    if (this.locks !== null) {
      values[at++] = this.locks.id(textAt(batch, text) ?? "", textAt(batch, text + 1) ?? "");
      values[at++] = worstMs(batch.numbers, from, end);
    } else {
      for (let i = 0; i < this.spec.texts.length; i++) values[at++] = this.stored(i, textAt(batch, text + i));
    }
    inserter.at = at;
    inserter.next();
  }

  private stored(column: number, text: string | null): bigint | string | null {
    const id = text !== null && this.isNamed[column] ? this.dictionaries.names.id(text) : 0;
    return id > 0 ? BigInt(id) : text;
  }

  flush(): void {
    this.inserter.flush();
  }

  discard(): void {
    this.inserter.discard();
  }

  takeRefused(): number {
    return this.inserter.takeRefused();
  }
}

const TOTALS = RECORD_TABLES.table_use.numbers.indexOf("total_read_wait_ms");

/**
 * Largest of the four lock totals of a row of table_use, in `numbers` from `from` to `end`, at least 0. Computed here: SQLite evaluates even virtual
 * columns for every row that is inserted, which cost a fifth of the time.
 */
export function worstMs(numbers: Float64Array, from: number, end: number): number {
  let most = 0;
  for (let at = from + TOTALS; at < from + TOTALS + 4 && at < end; at++) {
    const ms = numbers[at] as number;
    if (ms > most) most = ms; // never so for NaN
  }
  return most;
}
