import type { StoredCommand } from "../../../contracts/case-store.js";
import { OpenCommand } from "./open-command.js";
import type { OpenMemory } from "./open-commands.js";
import { restoreCommand } from "./restore-command.js";

/** What the rows of a command do not tell. */
interface CommandMemory {
  /** Log time at which it leaves memory. */
  readonly due: number;
  readonly cited: boolean;
  readonly lineTail: string | null;
}

/** Of the last sync: none yet, or one that has left memory. */
const NONE = -1;
const GONE = -2;

/** An assembler between two lines as plain values, commands in the order in which it hands them over at the end. */
export interface AssemblerMemory {
  readonly open: OpenMemory;
  readonly commands: readonly CommandMemory[];
  readonly openStarts: number;
  readonly lastSync: number;
}

export function memoryOf(
  commands: readonly OpenCommand[],
  open: OpenMemory,
  openStarts: number,
  lastSync: OpenCommand | null,
): AssemblerMemory {
  const place = lastSync === null ? NONE : commands.indexOf(lastSync);
  return {
    open,
    commands: commands.map(({ due, cited, lineTail }) => ({ due, cited, lineTail })),
    openStarts,
    lastSync: lastSync !== null && place < 0 ? GONE : place,
  };
}

/** The commands of a memory, with what the case has of them. */
export function recalled(stored: readonly StoredCommand[], memory: AssemblerMemory): OpenCommand[] {
  return memory.commands.map(({ due, cited, lineTail }, index) => {
    const command = restoreCommand(stored[index] as StoredCommand);
    command.due = due;
    command.cited = cited;
    command.lineTail = lineTail;
    command.dirty = true; // all are stored anew, so that they stand where reading the file at once would put them
    return command;
  });
}

/** The command that network estimates are about. */
export function lastSyncOf(commands: readonly OpenCommand[], { lastSync }: AssemblerMemory): OpenCommand | null {
  if (lastSync !== GONE) return commands[lastSync] ?? null;
  const gone = new OpenCommand(0, 0, 0, 0);
  gone.emitted = true;
  return gone;
}
