import type { LineTable } from "./line-table.js";
import type { OpenCommand } from "./open-command.js";

/** Waits, holds and lapses from here on are worth citing. */
export const CITED_MS = 1000;

/** What the reader of a track block leaves to its owner. */
export interface TrackNotes {
  /** A line a finding may cite. */
  cite(table: LineTable, line: number): void;
  /** `--- killed by MaxLockTime`, `--- exited on fatal server error`: said of the command. */
  remark(table: LineTable, line: number, command: OpenCommand): void;
}

/** Where a line stands, as every table has it. */
export function place(table: LineTable, line: number): { source_id: number; line_no: number; byte_offset: number } {
  return {
    source_id: table.sourceIds[line] as number,
    line_no: table.lineNos[line] as number,
    byte_offset: table.offsets[line] as number,
  };
}
