/** A value as SQLite stores it: no integer rounded to a double, no blob turned into text. */
export type ExactCell = string | number | bigint | Uint8Array | null;

/** What a column of a file for other programs holds; `timestamp`: integer, epoch ms UTC. */
export type ColumnType = "integer" | "real" | "text" | "blob" | "timestamp";

export interface TypedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** One SELECT that may be run more than once. */
export interface ExactQuery {
  /** `declared`: the type its column was declared with, null for an expression. */
  readonly columns: readonly { readonly name: string; readonly declared: string | null }[];
  rows(): IterableIterator<readonly ExactCell[]>;
}

/** One table of a case as it goes to other programs, and where and when each row belongs. */
export interface FleetTable {
  readonly name: string;
  readonly columns: readonly TypedColumn[];
  rows(): IterableIterator<FleetRow>;
}

export interface FleetRow {
  /** File it was read from; null for none. */
  readonly sourceId: number | null;
  /** Second it belongs to, on the server's local clock or, where `isUtc`, in UTC; null: nothing tells. */
  readonly atS: number | null;
  readonly isUtc: boolean;
  /** The receiver's to keep or change. Integers are numbers: the parsers' figures are doubles, none is beyond 2^53. */
  readonly cells: ExactCell[];
}

/** Where a row goes: TABLE/server=.../date=.../; null: not known. */
export interface Partition {
  readonly table: string;
  readonly server: string | null;
  /** 2024-03-05, on the server's clock. */
  readonly date: string | null;
}

/** A file of a partitioned export; `path` is relative to its folder. */
export interface WrittenFile {
  readonly path: string;
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
}
