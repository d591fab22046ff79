import type { ExactCell, ExactQuery } from "../contracts/exact-rows.js";
import { ColumnSurvey } from "./column-types.js";
import { ParquetFile } from "./parquet-file.js";
import { PartitionedFiles } from "./partitioned-files.js";

/** Rows between two looks at whether Ctrl-C was pressed. */
const PAUSE_ROWS = 20_000;
/** A result as small as this stays in memory between the survey of its types and the writing. */
const KEPT_CELLS = 300_000;
const KEPT_TEXT_UNITS = 4e6;

/**
 * Writes what a query answers as one Parquet file and returns the number of rows. A type belongs to the whole column, so
 * a large result is read twice: once for what its columns hold, once to write it. `put` gets the bytes in order; `pause`
 * is awaited now and then and may throw to stop. Throws RangeError when the second reading gives other types.
 */
export async function writeQuery(
  query: ExactQuery,
  limit: number,
  put: (bytes: Uint8Array) => void,
  pause: () => Promise<void>,
): Promise<number> {
  const survey = new ColumnSurvey(query.columns.length);
  const first = new FirstRows();
  await eachRow(query.rows(), limit, pause, (row) => {
    survey.add(row);
    first.add(row);
  });
  const file = new ParquetFile(survey.types(query.columns), put);
  await eachRow(first.rows ?? query.rows(), limit, pause, (row) => file.append(row));
  file.finish();
  return file.rowCount;
}

/** Files of a partitioned export under `folder`; see PartitionedFiles. */
export function partitionedFiles(folder: string, key: string): PartitionedFiles {
  return new PartitionedFiles(folder, key);
}

async function eachRow(
  rows: Iterable<readonly ExactCell[]>,
  limit: number,
  pause: () => Promise<void>,
  use: (row: readonly ExactCell[]) => void,
): Promise<void> {
  let count = 0;
  for (const row of rows) {
    if (count === limit) return;
    use(row);
    if (++count % PAUSE_ROWS === 0) await pause();
  }
}

/** The rows of a small result; null once it turns out to be a large one. */
class FirstRows {
  rows: (readonly ExactCell[])[] | null = [];
  private cells = 0;
  private textUnits = 0;

  add(row: readonly ExactCell[]): void {
    if (this.rows === null) return;
    this.cells += row.length;
    for (const cell of row) if (typeof cell === "string" || cell instanceof Uint8Array) this.textUnits += cell.length;
    if (this.cells > KEPT_CELLS || this.textUnits > KEPT_TEXT_UNITS) this.rows = null;
    else this.rows.push(row);
  }
}
