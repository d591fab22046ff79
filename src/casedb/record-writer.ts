import type Database from "better-sqlite3";
import {
  type CommandBatch,
  type RecordBatch,
  type RecordTableName,
  rowStart,
  textAt,
} from "../contracts/record-batch.js";
import { BulkWriter } from "./bulk-writer.js";
import { LockDictionary } from "./lock-dictionary.js";
import { NameDictionary } from "./name-dictionary.js";
import { type Dictionaries, type RowTarget, TableWriter } from "./table-writer.js";

/** Ids of a command's children are command.id * CHILD_IDS + ordinal. */
export const CHILD_IDS = 4096;

/** Tables whose rows belong to a command and are keyed by it. */
export const CHILD_TABLES = ["table_use", "trigger_use", "librarian_use", "remote_rpc"] as const;

/** Librarian sections have fixed places, so that the view `process` finds each by its id. */
const LIBRARIAN_PLACE = new Map([
  ["Rcs", 0],
  ["Binary", 1],
  ["Compress", 2],
  ["Uncompress", 3],
]);

/** Tables whose rows are written in bulk. */
const BULK_TABLES = ["command", ...CHILD_TABLES] as const;

/** Writes columnar batches into the tables. Transactions are the caller's business. */
export class RecordWriter {
  private readonly writers = new Map<RecordTableName, TableWriter>();
  private readonly dictionaries: Dictionaries;
  private readonly bulk: BulkWriter;
  private nextCommandId: number;
  /** Child rows beyond the 4096 a command has room for. */
  private homeless = 0;

  constructor(private readonly db: Database.Database) {
    this.dictionaries = { locks: new LockDictionary(db), names: new NameDictionary(db) };
    this.bulk = new BulkWriter(db, BULK_TABLES, this.dictionaries);
    this.nextCommandId = this.readNextId();
  }

  /** Takes commands with their children, which are stored by `settle`; returns the number of rows. */
  collectCommands(batch: CommandBatch): number {
    return this.place(batch, (table) => this.bulk.table(table));
  }

  /** Stores commands with their children at once, row by row; returns the number of rows. */
  writeCommands(batch: CommandBatch): number {
    const rows = this.place(batch, (table) => this.writer(table));
    for (const table of BULK_TABLES) this.writers.get(table)?.flush();
    return rows;
  }

  /** Stores rows that belong to a file, not to a command; returns their number. */
  writeRows(batch: RecordBatch): number {
    const writer = this.writer(batch.table);
    for (let row = 0; row < batch.rowCount; row++) writer.add(batch, row, 0);
    writer.flush();
    return batch.rowCount;
  }

  /** What was collected should be stored soon. */
  get isFull(): boolean {
    return this.bulk.isFull;
  }

  /** Of all commands taken so far. */
  get lastCommandId(): number {
    return this.nextCommandId - 1;
  }

  /** Stores what was collected. The last thing in a transaction; then comes `settled`. */
  settle(): void {
    this.bulk.transfer();
  }

  /** The transaction has ended. */
  settled(): void {
    this.bulk.release();
  }

  /** Child rows that found no place since the last call: over 4095 a command, or two in the same place. */
  takeLost(): number {
    const refused = CHILD_TABLES.map(
      (table) => this.bulk.table(table).takeRefused() + (this.writers.get(table)?.takeRefused() ?? 0),
    );
    const lost = refused.reduce((sum, count) => sum + count, this.homeless);
    this.homeless = 0;
    return lost;
  }

  /** Call after a rollback: ids handed out since the last commit are void. */
  reset(): void {
    this.dictionaries.locks.forget();
    this.dictionaries.names.forget();
    for (const writer of this.writers.values()) writer.discard();
    this.bulk.release();
    this.nextCommandId = this.readNextId();
  }

  close(): void {
    this.bulk.close();
  }

  private place(batch: CommandBatch, targetOf: (table: RecordTableName) => RowTarget): number {
    const base = this.nextCommandId;
    const commands = targetOf("command");
    for (let row = 0; row < batch.commands.rowCount; row++) commands.add(batch.commands, row, this.nextCommandId++);
    let rows = batch.commands.rowCount;
    for (const child of batch.children) {
      this.placeChildren(child, base, targetOf(child.table));
      rows += child.rowCount;
    }
    return rows;
  }

  private placeChildren(batch: RecordBatch, base: number, target: RowTarget): void {
    const { numbers, rowCount } = batch;
    const place = batch.table === "table_use" ? null : placesOf(batch);
    for (let row = 0; row < rowCount; row++) {
      const start = rowStart(batch, row);
      const ordinal = place === null ? (numbers[start + 1] as number) : place(row);
      const command = base + (numbers[start] as number);
      if (ordinal < CHILD_IDS) target.add(batch, row, command * CHILD_IDS + ordinal);
      else this.homeless++;
    }
  }

  private writer(table: RecordTableName): TableWriter {
    let writer = this.writers.get(table);
    if (writer === undefined) {
      const withId = (BULK_TABLES as readonly string[]).includes(table);
      writer = new TableWriter(this.db, table, withId, this.dictionaries);
      this.writers.set(table, writer);
    }
    return writer;
  }

  private readNextId(): number {
    return this.db.prepare("SELECT coalesce(max(id), 0) + 1 FROM command").pluck().get() as number;
  }
}

/** The place of each row among its command's children: fixed for librarian types, else counted. */
function placesOf(batch: RecordBatch): (row: number) => number {
  const { numbers } = batch;
  const fixed = batch.table === "librarian_use" ? LIBRARIAN_PLACE : new Map<string, number>();
  const next = new Map<number, number>();
  return (row) => {
    const place = fixed.get(textAt(batch, row) ?? "");
    if (place !== undefined) return place;
    const command = numbers[rowStart(batch, row)] as number;
    const ordinal = next.get(command) ?? fixed.size;
    next.set(command, ordinal + 1);
    return ordinal;
  };
}
