import type Database from "better-sqlite3";
import { RECORD_TABLES, type RecordBatch, type RecordTableName, rowAlone, textAt } from "../contracts/record-batch.js";
import type { LockDictionary } from "./lock-dictionary.js";
import { PartFile } from "./part-file.js";
import type { PartTable } from "./part-pages.js";
import { CellEncoder } from "./sqlite-cell.js";
import { FOLDED, type RowTarget, TableWriter, worstMs } from "./table-writer.js";

/** Commands and their children on their way into the case, in large parts: see PartFile. */
export class BulkWriter {
  private readonly part: PartFile;
  private readonly tables: ReadonlyMap<RecordTableName, BulkTable>;

  constructor(db: Database.Database, names: readonly RecordTableName[], locks: LockDictionary) {
    this.part = new PartFile(db, names);
    this.tables = new Map(names.map((name) => [name, new BulkTable(db, this.part, name, locks)]));
  }

  table(name: RecordTableName): BulkTable {
    return this.tables.get(name) as BulkTable;
  }

  get isFull(): boolean {
    return this.part.isFull;
  }

  /** Stores all rows, within the current transaction; `release` when that has ended. */
  transfer(): void {
    this.part.transfer();
    for (const table of this.tables.values()) table.storeOdd();
  }

  /** Forgets rows that were not stored. */
  release(): void {
    this.part.detach();
    for (const table of this.tables.values()) table.discard();
  }

  /** Nothing is left beside the case. */
  close(): void {
    this.part.remove();
  }
}

interface OddRow {
  readonly batch: RecordBatch;
  readonly row: number;
  readonly id: number;
}

/** One table of the part. */
class BulkTable implements RowTarget {
  private readonly target: PartTable;
  private readonly isUse: boolean;
  /** The number columns that are stored: all behind those that went into the id. */
  private readonly firstNumber: number;
  private readonly width: number;
  /** How many of them stand in front of the texts, or of what the texts become. */
  private readonly leading: number;
  private readonly textCount: number;
  private readonly encoder = new CellEncoder();
  /** What no page takes: rows longer than one, and those out of order. Stored one by one when the pages are in. */
  private readonly odd: OddRow[] = [];
  private readonly oddWriter: TableWriter;
  private readonly lockColumns = new Float64Array(2);
  /** Lock objects by the place of their name among the texts of the batch at hand; 0: not looked up yet. */
  private knownTexts: RecordBatch["texts"] = [];
  private knownLocks = new Int32Array(0);

  constructor(
    db: Database.Database,
    private readonly part: PartFile,
    table: RecordTableName,
    private readonly locks: LockDictionary,
  ) {
    const { numbers, texts } = RECORD_TABLES[table];
    this.target = part.table(table);
    this.isUse = table === "table_use";
    this.firstNumber = numbers.filter((name) => FOLDED.includes(name)).length;
    this.width = numbers.length;
    const stored = (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
    this.leading = stored.indexOf(this.isUse ? "lock_object_id" : (texts[0] as string)) - 1; // behind the id
    this.textCount = texts.length;
    this.oddWriter = new TableWriter(db, table, true, this.isUse ? locks : null);
  }

  add(batch: RecordBatch, row: number, id: number): void {
    const { encoder, leading } = this;
    const { starts, numbers } = batch;
    const base = starts === undefined ? row * this.width : (starts[row] as number);
    const end = starts === undefined ? base + this.width : (starts[row + 1] as number);
    const first = base + this.firstNumber;
    encoder.start();
    encoder.numbers(numbers, first, leading);
    const text = row * this.textCount;
    if (this.isUse) {
      this.lockColumns[0] = this.lockOf(batch, text);
      this.lockColumns[1] = worstMs(numbers, base, end);
      encoder.numbers(this.lockColumns, 0, 2);
    } else for (let i = 0; i < this.textCount; i++) encoder.text(textAt(batch, text + i));
    encoder.numbers(numbers, first + leading, end - first - leading);
    encoder.end();
    if (id > this.target.lastId && encoder.fits) this.part.append(this.target, encoder, id);
    else this.odd.push({ batch: rowAlone(batch, row), row: 0, id });
  }

  /** Number of the lock object whose name stands at `text`, its mode behind it. Most have no mode, and few names. */
  private lockOf(batch: RecordBatch, text: number): number {
    const { places, texts } = batch;
    const mode = textAt(batch, text + 1) ?? "";
    if (places === undefined || mode !== "") return this.locks.id(textAt(batch, text) ?? "", mode);
    if (texts !== this.knownTexts) {
      this.knownTexts = texts;
      this.knownLocks = new Int32Array(texts.length);
    }
    const place = places[text] as number;
    const known = this.knownLocks[place] as number;
    if (known > 0) return known;
    const id = this.locks.id(texts[place] ?? "", mode);
    this.knownLocks[place] = id;
    return id;
  }

  storeOdd(): void {
    for (const { batch, row, id } of this.odd) this.oddWriter.add(batch, row, id);
    this.oddWriter.flush();
    this.odd.length = 0;
  }

  discard(): void {
    this.odd.length = 0;
    this.oddWriter.discard();
  }

  takeRefused(): number {
    return this.oddWriter.takeRefused();
  }
}
