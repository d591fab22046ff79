import { COMMAND_FLAG } from "../../../contracts/record-batch.js";
import type { Block, PhaseLine } from "./block.js";
import { place } from "./citation.js";
import type { CommandLine } from "./command-line.js";
import { isNoCompletionKind } from "./command-rules.js";
import type { Interner } from "./interner.js";
import { isPlausibleLapse } from "./number-fields.js";
import { OpenCommand } from "./open-command.js";

const F = COMMAND_FLAG;

/** Makes commands of the first line known of them. */
export class CommandFactory {
  constructor(private readonly names: Interner) {}

  /** A command by its own line; null when the line does not say who ran what. */
  named(line: CommandLine, flags: number): OpenCommand | null {
    const command = new OpenCommand(line.pid, line.startS, line.keyHash, line.textHash);
    if (!line.identify(command, this.names)) return null;
    command.set(flags);
    command.sourceId = line.sourceId;
    command.lineNo = line.lineNo;
    command.byteOffset = line.byteOffset;
    command.byteLength = line.byteLength;
    command.lineTail = line.trigger === null ? "" : ` trigger ${line.trigger}`;
    if (line.argsText !== null) command.set(F.multiLineArgs);
    if (line.cut || line.unclosed) command.set(F.truncated);
    if (isNoCompletionKind(command.cmd, command.args)) {
      command.set(F.noCompletionKind);
      command.endS = command.startS;
    }
    return command;
  }

  /** A command known only by its `completed` or `compute end`: it began its lapse before. */
  anonymous({ pid, timeS, lapseMs }: PhaseLine, { table, message }: Block): OpenCommand {
    const lapseS = isPlausibleLapse(lapseMs) ? Math.floor(lapseMs / 1000) : 0;
    const command = new OpenCommand(pid, timeS - lapseS, 0, 0);
    command.set(F.anonymous);
    const at = place(table, message);
    command.sourceId = at.source_id;
    command.lineNo = at.line_no;
    command.byteOffset = at.byte_offset;
    command.byteLength = table.lengths[message] as number;
    return command;
  }

  /** A track block tells who ran what was anonymous, or all of what was torn. */
  reveal(line: CommandLine, command: OpenCommand): void {
    if (!line.identify(command, this.names)) return;
    command.flags &= ~F.anonymous;
    command.startS = line.startS;
    command.keyHash = line.keyHash;
    command.textHash = line.textHash;
    if (line.argsText !== null) command.set(F.multiLineArgs);
  }
}
