import { RowBatcher } from "../../../base/row-batcher.js";
import type { RevisedLines } from "../../../contracts/ingest-sink.js";
import type { RecordBatch, RecordRow, RecordTableName } from "../../../contracts/record-batch.js";
import type { OpenCommand } from "./open-command.js";

/**
 * A command that is open at the end of its file has its start line kept. When the file grows and the command ends
 * unremarkably the line is not worth keeping any more: these lines are held back until it is known which of them stay.
 */
export class LineReviser {
  private readonly dropped: readonly number[];
  private readonly kept: RecordBatch[] = [];
  private readonly batcher = new RowBatcher((batch) => this.kept.push(batch));

  /** `firstLine`: the first that is read now. */
  constructor(
    open: readonly OpenCommand[],
    private readonly firstLine: number,
  ) {
    this.dropped = open.filter(({ lineTail }) => lineTail !== null).map(({ lineNo }) => lineNo);
  }

  /** True where the row is a line of what was read before. */
  takes(table: RecordTableName, row: RecordRow): boolean {
    if (table !== "evidence_line" || Number(row.line_no) >= this.firstLine) return false;
    this.batcher.add(table, row);
    return true;
  }

  lines(): RevisedLines {
    this.batcher.flush();
    return { dropped: this.dropped, kept: this.kept };
  }
}
