import type { RecordRow, RecordTableName } from "../../../contracts/record-batch.js";
import type { Block } from "./block.js";
import { place } from "./citation.js";
import type { CommandLine } from "./command-line.js";
import type { LineTable } from "./line-table.js";
import type { OpenCommand } from "./open-command.js";
import type { ServerErrorBlock, ServerEvent } from "./server-lines.js";

/** Rows of what the server says of itself, and of errors. */
export class ServerRecords {
  constructor(private readonly row: (table: RecordTableName, row: RecordRow) => void) {}

  event(event: ServerEvent): void {
    const [v1 = null, v2 = null, v3 = null, v4 = null] = event.values;
    this.row("server_event", {
      source_id: event.sourceId,
      line_no: event.lineNo,
      byte_offset: event.byteOffset,
      time_s: event.timeS,
      nanos: event.nanos,
      pid: event.pid,
      v1,
      v2,
      v3,
      v4,
      kind: event.kind,
      text: event.text,
    });
  }

  /** `... 'IDLE' exited unexpectedly, removed from monitor table.` */
  vanished(line: CommandLine, { table, message }: Block): void {
    this.event({
      kind: "removed-from-monitor",
      timeS: line.startS,
      nanos: Number.NaN,
      pid: line.pid,
      values: [],
      text: table.text(message).trim(),
      sourceId: line.sourceId,
      lineNo: line.lineNo,
      byteOffset: line.byteOffset,
    });
  }

  error({ timeS, pid, operation, text, line }: ServerErrorBlock, table: LineTable): void {
    this.row("server_error", { ...place(table, line), time_s: timeS, pid, operation, text });
  }

  /** What a track block says went wrong: `--- killed by MaxLockTime`. */
  remark(table: LineTable, line: number, command: OpenCommand): void {
    const time_s = Number.isNaN(command.endS) ? command.startS : command.endS;
    const text = table.text(line).slice(4);
    this.row("server_error", { ...place(table, line), time_s, pid: command.pid, operation: command.cmd, text });
  }
}
