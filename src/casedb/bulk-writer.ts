import type Database from "better-sqlite3";
import { RECORD_TABLES, type RecordBatch, type RecordTableName, rowAlone, textAt } from "../contracts/record-batch.js";
import { NAMED } from "./name-dictionary.js";
import { PartFile } from "./part-file.js";
import type { PartTable } from "./part-pages.js";
import { CellEncoder } from "./sqlite-cell.js";
import { type Dictionaries, FOLDED, type RowTarget, storedAs, TableWriter, worstMs } from "./table-writer.js";

/** Commands and their children on their way into the case, in large parts: see PartFile. */
export class BulkWriter {
  private readonly part: PartFile;
  private readonly tables: ReadonlyMap<RecordTableName, BulkTable>;

  constructor(db: Database.Database, names: readonly RecordTableName[], dictionaries: Dictionaries) {
    this.part = new PartFile(db, names.map(storedAs));
    this.tables = new Map(names.map((name) => [name, new BulkTable(db, this.part, name, dictionaries)]));
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
  private readonly nameColumn = new Float64Array(1);
  private readonly isNamed: readonly boolean[];
  /** Numbers by the place of their text among those of the batch at hand; 0: not looked up yet, -1: there is none. */
  private knownTexts: RecordBatch["texts"] = [];
  private knownIds = new Int32Array(0);

  constructor(
    db: Database.Database,
    private readonly part: PartFile,
    table: RecordTableName,
    private readonly dictionaries: Dictionaries,
  ) {
    const { numbers, texts } = RECORD_TABLES[table];
    this.target = part.table(storedAs(table));
    this.isNamed = texts.map((name) => table === "command" && NAMED.includes(name));
    this.isUse = table === "table_use";
    this.firstNumber = numbers.filter((name) => FOLDED.includes(name)).length;
    this.width = numbers.length;
    const stored = (db.pragma(`table_info(${storedAs(table)})`) as { name: string }[]).map(({ name }) => name);
    this.leading = stored.indexOf(this.isUse ? "lock_object_id" : (texts[0] as string)) - 1; // behind the id
    this.textCount = texts.length;
    this.oddWriter = new TableWriter(db, table, true, dictionaries);
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
    } else for (let i = 0; i < this.textCount; i++) this.encodeText(batch, text + i, this.isNamed[i] as boolean);
    encoder.numbers(numbers, first + leading, end - first - leading);
    encoder.end();
    if (id > this.target.lastId && encoder.fits) this.part.append(this.target, encoder, id);
    else this.odd.push({ batch: rowAlone(batch, row), row: 0, id });
  }

  /** Number of the lock object whose name stands at `text`, its mode behind it. Most have no mode, and few names. */
  private lockOf(batch: RecordBatch, text: number): number {
    const { places, texts } = batch;
    const mode = textAt(batch, text + 1) ?? "";
    const { locks } = this.dictionaries;
    if (places === undefined || mode !== "") return locks.id(textAt(batch, text) ?? "", mode);
    const place = places[text] as number;
    const known = this.known(texts)[place] as number;
    if (known > 0) return known;
    const id = locks.id(texts[place] ?? "", mode);
    this.knownIds[place] = id;
    return id;
  }

  private encodeText(batch: RecordBatch, text: number, isNamed: boolean): void {
    const id = isNamed ? this.nameOf(batch, text) : 0;
    if (id > 0) {
      this.nameColumn[0] = id;
      this.encoder.numbers(this.nameColumn, 0, 1);
    } else this.encoder.text(textAt(batch, text));
  }

  /** Number of the name that stands at `text`; 0 or less where it has none. */
  private nameOf({ places, texts }: RecordBatch, text: number): number {
    const { names } = this.dictionaries;
    if (places === undefined) return names.id(texts[text] ?? "");
    const place = places[text] as number;
    const known = this.known(texts)[place] as number;
    if (known !== 0) return known;
    const id = names.id(texts[place] ?? "") || -1;
    this.knownIds[place] = id;
    return id;
  }

  private known(texts: RecordBatch["texts"]): Int32Array {
    if (texts !== this.knownTexts) {
      this.knownTexts = texts;
      this.knownIds = new Int32Array(texts.length);
    }
    return this.knownIds;
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
