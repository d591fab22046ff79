import { DuckDBInstance } from "@duckdb/node-api";

/** A value as DuckDB hands it over: BIGINT as bigint, TIMESTAMP as Date, VARCHAR as string, BLOB as bytes. */
export type DuckValue = bigint | number | string | boolean | Date | Uint8Array | null;

/** Runs one SQL on an empty DuckDB in memory, which reads files by their paths: a reader that shares no code with us. */
export async function duckdb(sql: string): Promise<{ columns: string[]; types: string[]; rows: DuckValue[][] }> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(sql);
    return {
      columns: reader.columnNames(),
      types: reader.columnTypes().map(String),
      rows: reader.getRowsJS() as DuckValue[][],
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A text as a literal of SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
