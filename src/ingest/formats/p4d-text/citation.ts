import { COMMAND } from "./columns.js";
import type { LineTable } from "./line-table.js";
import type { OpenCommand } from "./open-command.js";

/** Waits, holds and lapses from here on are worth citing. */
export const CITED_MS = 1000;

/** Rows scanned or written from which on a section explains a long command. */
const CITED_SCAN_ROWS = 10_000;
const CITED_WRITE_ROWS = 1000;
/** Of a command this long every section that wrote is worth citing: having written little is evidence too. */
const LONG_MS = 10_000;

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

/** A column that names the file of a line is empty while that is the file the command began in. */
export function laterSource(sourceId: number, command: OpenCommand): number {
  return sourceId === command.sourceId ? Number.NaN : sourceId;
}

/** Many rows explain a command that took a while; of a long one it also matters that it wrote little. */
export function isWorthRows(scanned: number, written: number, command: OpenCommand): boolean {
  if (!(scanned >= CITED_SCAN_ROWS || written > 0)) return false;
  const numbers = command.columns();
  const lapseMs = numbers[COMMAND.lapse_ms] as number;
  const longestMs = lapseMs >= 0 ? lapseMs : (numbers[COMMAND.track_lapse_ms] as number);
  if (longestMs < CITED_MS) return false; // where neither is known, only what is beyond a threshold was logged
  return scanned >= CITED_SCAN_ROWS || written >= CITED_WRITE_ROWS || longestMs >= LONG_MS;
}
