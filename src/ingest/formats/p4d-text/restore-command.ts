import type { StoredCommand } from "../../../contracts/case-store.js";
import { COMMAND_FLAG, RECORD_TABLES } from "../../../contracts/record-batch.js";
import { COMMAND_WIDTH, USE } from "./columns.js";
import { CommandLine } from "./command-line.js";
import { startText } from "./evidence-lines.js";
import { messageAt } from "./line-kinds.js";
import { OpenCommand } from "./open-command.js";

/** A command as the case has it, back in the shape it had while it was open. */
export function restoreCommand(stored: StoredCommand): OpenCommand {
  const { command: row, children } = stored;
  const number = (name: string) => (typeof row[name] === "number" ? (row[name] as number) : Number.NaN);
  const text = (name: string) => (typeof row[name] === "string" ? (row[name] as string) : null);
  const command = new OpenCommand(number("pid"), number("start_s"), number("key_hash"), 0);
  command.numbers = new Float64Array(COMMAND_WIDTH);
  RECORD_TABLES.command.numbers.forEach((name, column) => {
    (command.numbers as Float64Array)[column] = number(name);
  });
  command.flags = number("flags");
  command.endS = number("end_s");
  command.running = number("running");
  command.sourceId = number("source_id");
  command.lineNo = number("line_no");
  command.byteOffset = number("byte_offset");
  command.byteLength = number("byte_length");
  command.user = text("user");
  command.workspace = text("workspace");
  command.ip = text("ip");
  command.app = text("app");
  command.cmd = text("cmd");
  command.args = text("args");
  command.storedId = stored.commandId;
  command.dirty = false;
  // Only a start line can be put together again: a block a trigger began has a tail nobody kept.
  command.lineTail =
    command.has(COMMAND_FLAG.hasStart) && children.every(({ table }) => table !== "trigger_use") ? "" : null;
  if (command.has(COMMAND_FLAG.anonymous)) command.keyHash = 0;
  else command.textHash = hashOf(command);
  for (const { table, row: child } of children) restoreChild(command, table, child);
  return command;
}

function hashOf(command: OpenCommand): number {
  const text = Buffer.from(startText(command));
  const line = new CommandLine();
  line.read(text, 1, messageAt(text, 0, text.length), text.length, command.startS);
  return line.textHash;
}

function restoreChild(
  command: OpenCommand,
  table: StoredCommand["children"][number]["table"],
  row: StoredCommand["children"][number]["row"],
): void {
  if (table !== "table_use") {
    command.addRow(table, { ...row });
    return;
  }
  const uses = command.useRows();
  const base = uses.add(String(row.name), String(row.mode ?? ""));
  RECORD_TABLES.table_use.numbers.forEach((name, column) => {
    const value = row[name];
    if (typeof value === "number" && column !== USE.ordinal) uses.numbers[base + column] = value;
  });
}
