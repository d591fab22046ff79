import { ByteWriter, type ColumnSource, ParquetWriter, type SchemaElement } from "hyparquet-writer";
import type { ColumnType, ExactCell, TypedColumn } from "../contracts/exact-rows.js";
import { fitted, isWholeType } from "./column-types.js";

/** Values held in memory before they become a row group: together they are most of what writing costs in memory. */
const MOST_CELLS = 1_000_000;
const MOST_TEXT_UNITS = 16e6;
/** A row group is what a reader takes at once; more rows gain nothing. */
const MOST_ROWS = 100_000;

const ELEMENTS: Readonly<Record<ColumnType, Omit<SchemaElement, "name">>> = {
  integer: { type: "INT64" },
  real: { type: "DOUBLE" },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  blob: { type: "BYTE_ARRAY" },
  timestamp: {
    type: "INT64",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
  },
};

/**
 * One Parquet file, row by row: every column may be NULL, pages are compressed with Snappy, and rows leave memory a row
 * group at a time. `put` gets the bytes of the file in order.
 */
export class ParquetFile {
  rowCount = 0;
  /** Size of what waits for its row group. */
  waitingCells = 0;
  waitingTextUnits = 0;
  private readonly writer: ParquetWriter;
  private readonly bytes = new ByteWriter();
  private waiting: ExactCell[][];

  constructor(
    private readonly columns: readonly TypedColumn[],
    private readonly put: (bytes: Uint8Array) => void,
  ) {
    const root: SchemaElement = { name: "case", num_children: columns.length };
    const leaves = columns.map(
      ({ name, type }): SchemaElement => ({ name, repetition_type: "OPTIONAL", ...ELEMENTS[type] }),
    );
    this.writer = new ParquetWriter({ writer: this.bytes, schema: [root, ...leaves], createdBy: "p4rca" });
    this.waiting = columns.map(() => []);
  }

  /** Cells in the order of the columns. Throws RangeError for a value that its column's type cannot hold. */
  append(row: readonly ExactCell[]): void {
    for (let index = 0; index < this.columns.length; index++) {
      const { type } = this.columns[index] as TypedColumn;
      const cell = fitted(row[index] ?? null, type);
      (this.waiting[index] as ExactCell[]).push(cell);
      if (typeof cell === "string" || cell instanceof Uint8Array) this.waitingTextUnits += cell.length;
    }
    this.rowCount++;
    this.waitingCells += this.columns.length;
    const isFull = this.waitingCells >= MOST_CELLS || this.waitingTextUnits >= MOST_TEXT_UNITS;
    if (isFull || (this.waiting[0]?.length ?? 0) >= MOST_ROWS) this.writeGroup();
  }

  /** What waits becomes a row group. */
  writeGroup(): void {
    if (this.waitingCells === 0) return;
    const columnData = this.columns.map((column, index) => columnSource(column, this.waiting[index] as ExactCell[]));
    this.writer.write({ columnData, rowGroupSize: MOST_ROWS });
    this.waiting = this.columns.map(() => []);
    this.waitingCells = 0;
    this.waitingTextUnits = 0;
    this.release();
  }

  /** Writes the footer; nothing may be appended after it. */
  finish(): void {
    this.writeGroup();
    this.writer.finish();
    this.release();
  }

  private release(): void {
    this.put(this.bytes.getBytes());
    this.bytes.index = 0;
  }
}

/** INT64 takes bigint, which costs three times the memory: only the column that is being written is turned into it. */
function columnSource({ name, type }: TypedColumn, cells: ExactCell[]): ColumnSource {
  if (!isWholeType(type)) return { name, data: cells };
  return {
    name,
    get data() {
      return cells.map((cell) => (typeof cell === "number" ? (SMALL[cell] ?? BigInt(cell)) : cell));
    },
  };
}

/** Most figures of a log are small, and one bigint for all of them spares as many objects. */
const SMALL = Array.from({ length: 4096 }, (_, value) => BigInt(value));
