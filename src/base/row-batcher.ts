import { RECORD_TABLES, type RecordBatch, type RecordRow, type RecordTableName } from "../contracts/record-batch.js";

/** SQLite integers end at 2^63. A capture that prints a longer number is damaged or hostile: that is no figure. */
const LARGEST = 2 ** 62;

/**
 * Collects rows given by column name and hands them over as columnar batches. For the low-volume kinds; the P4LOG
 * parser fills its arrays by position. A misspelt column is a bug and throws.
 */
export class RowBatcher {
  private readonly rows = new Map<RecordTableName, RecordRow[]>();

  constructor(
    private readonly flushTo: (batch: RecordBatch) => void,
    private readonly limit = 2000,
  ) {}

  add(table: RecordTableName, row: RecordRow): void {
    let list = this.rows.get(table);
    if (list === undefined) {
      list = [];
      this.rows.set(table, list);
    }
    list.push(row);
    if (list.length >= this.limit) this.flushTable(table, list);
  }

  flush(): void {
    for (const [table, list] of this.rows) if (list.length > 0) this.flushTable(table, list);
  }

  private flushTable(table: RecordTableName, list: RecordRow[]): void {
    const batch = toBatch(table, list);
    list.length = 0;
    this.flushTo(batch);
  }
}

export function toBatch(table: RecordTableName, rows: readonly RecordRow[]): RecordBatch {
  const spec = RECORD_TABLES[table];
  const numbers = new Float64Array(rows.length * spec.numbers.length);
  const texts: (string | null)[] = [];
  let at = 0;
  for (const row of rows) {
    let found = 0;
    for (const name of spec.numbers) {
      const value = row[name];
      if (value !== undefined) found++;
      numbers[at++] = typeof value === "number" && Math.abs(value) <= LARGEST ? value : Number.NaN;
    }
    for (const name of spec.texts) {
      const value = row[name];
      if (value !== undefined) found++;
      texts.push(typeof value === "string" ? value : null);
    }
    if (found !== Object.keys(row).length) refuseStrange(table, row);
  }
  return { table, rowCount: rows.length, numbers, texts };
}

function refuseStrange(table: RecordTableName, row: RecordRow): void {
  const spec = RECORD_TABLES[table];
  const known = new Set<string>([...spec.numbers, ...spec.texts]);
  for (const name of Object.keys(row)) if (!known.has(name)) throw new Error(`${table} has no column ${name}`);
}
