import { RECORD_TABLES, type RecordTableName } from "../../../contracts/record-batch.js";

type NumberColumn<T extends RecordTableName> = (typeof RECORD_TABLES)[T]["numbers"][number];

/** Position of each number column of a table, so that the hot path writes by position and the code reads by name. */
function columnIndex<T extends RecordTableName>(table: T): Readonly<Record<NumberColumn<T>, number>> {
  const index: Record<string, number> = {};
  RECORD_TABLES[table].numbers.forEach((name, position) => {
    index[name] = position;
  });
  return index as Record<NumberColumn<T>, number>;
}

export const COMMAND = columnIndex("command");
export const COMMAND_WIDTH = RECORD_TABLES.command.numbers.length;
export const USE = columnIndex("table_use");
export const USE_WIDTH: number = RECORD_TABLES.table_use.numbers.length;
/** Columns that a row of table_use has in any case: they stand in front. */
export const USE_HEAD = USE.byte_offset + 1;
