import type { CommandLine } from "./command-line.js";
import type { LineTable } from "./line-table.js";
import type { NumberFields } from "./number-fields.js";
import type { ServerErrorBlock, ServerEvent } from "./server-lines.js";

/** The lines of one message, as indexes into the table: [header, to). */
export interface Block {
  readonly table: LineTable;
  /** Line of the header, or of the message when the header is missing. */
  from: number;
  /** The message itself. */
  message: number;
  /** First track line behind it, and the first line that is no longer about it. */
  track: number;
  to: number;
}

/** `2024/03/05 14:07:58 pid 4101 completed 54.8s 38120+2210us ...` and the like for `compute end`. */
export interface PhaseLine {
  pid: number;
  timeS: number;
  lapseMs: number;
  /** Stands behind the lapse; the usage figures may follow. */
  readonly fields: NumberFields;
}

/** What the blocks of a log say; the assembler makes commands of it. */
export interface BlockSink {
  command(line: CommandLine, block: Block): void;
  completed(line: PhaseLine, block: Block): void;
  compute(line: PhaseLine, block: Block): void;
  estimates(fields: NumberFields, block: Block): void;
  error(error: ServerErrorBlock, block: Block): void;
  event(event: ServerEvent): void;
}
