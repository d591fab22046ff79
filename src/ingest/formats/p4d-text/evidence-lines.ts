import { logTime } from "../../../base/time.js";
import type { RecordRow } from "../../../contracts/record-batch.js";
import type { LineTable } from "./line-table.js";
import type { OpenCommand } from "./open-command.js";

const TEXT_LIMIT = 2000;
/** Start lines kept of commands that never completed: a log without completions would otherwise be kept twice. */
const MOST_OPEN_STARTS = 50_000;

/** Keeps the text of the lines that findings may cite, each once. */
export class EvidenceLines {
  /** Start lines kept of commands that are open. */
  openStarts = 0;
  private lastSource = -1;
  private lastLine = -1;

  constructor(private readonly add: (row: RecordRow) => void) {}

  line(table: LineTable, line: number): void {
    const source_id = table.sourceIds[line] as number;
    const line_no = table.lineNos[line] as number;
    if (line_no === this.lastLine && source_id === this.lastSource) return;
    this.lastLine = line_no;
    this.lastSource = source_id;
    const start = table.starts[line] as number;
    const end = Math.min(table.ends[line] as number, start + TEXT_LIMIT);
    this.add({
      source_id,
      line_no,
      byte_offset: table.offsets[line] as number,
      byte_length: table.lengths[line] as number,
      text: table.buf.toString("utf8", start, end),
    });
  }

  /** The line a command was first known by, as far as it is needed. */
  start(command: OpenCommand): void {
    if (command.lineTail === null) return;
    if (!command.cited) {
      if (!Number.isNaN(command.endS) || this.openStarts >= MOST_OPEN_STARTS) return;
      this.openStarts++;
    }
    this.add({
      source_id: command.sourceId,
      line_no: command.lineNo,
      byte_offset: command.byteOffset,
      byte_length: command.byteLength,
      text: startText(command).slice(0, TEXT_LIMIT),
    });
  }
}

/** The first line of a command, put together again from its parts: the grammar leaves no room for another wording. */
export function startText(command: OpenCommand): string {
  const { user, workspace, ip, app, cmd, args } = command;
  const [firstArgs, ...moreArgs] = (args ?? "").split("\n");
  const called = args === null ? cmd : `${cmd} ${firstArgs}`;
  const quote = moreArgs.length > 0 ? "" : `'${command.lineTail ?? ""}`;
  return `\t${logTime(command.startS * 1000)} pid ${command.pid} ${user}@${workspace} ${ip} [${app}] '${called}${quote}`;
}
