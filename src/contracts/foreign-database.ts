/** A row by column name, as another program stored it: every value is hostile. */
export type ForeignRow = Readonly<Record<string, unknown>>;

/** A SQLite database found among the evidence, opened for reading. Every method throws when the file is damaged. */
export interface ForeignDatabase {
  /** Columns of an ordinary table; null when there is none of that name (a view, a virtual table, nothing). */
  columns(table: string): readonly string[] | null;
  rows(table: string, orderBy: readonly string[]): Iterable<ForeignRow>;
  /** Rows of a table whose columns have these values; prepared once, asked often. */
  finder(table: string, columns: readonly string[]): (values: readonly unknown[]) => readonly ForeignRow[];
  close(): void;
}

/**
 * Opens a database in place (`path`) or from memory (`bytes`); nothing is written. Throws when it is none. Only casedb
 * knows SQLite; the pipeline hands this to whoever reads evidence.
 */
export type OpenForeignDatabase = (from: { readonly path: string } | { readonly bytes: Uint8Array }) => ForeignDatabase;
