import { type ServerMessage, serverMessage } from "../../base/server-messages.js";
import type { CaseReader, CommandFact, ServerErrorFact } from "../../contracts/case-reader.js";
import type { HarmedCommand } from "../../contracts/signal.js";
import { groupBy } from "./group-by.js";

/** An error of the server with what it means, and a time: start-up errors carry none and get the log's first second. */
export interface KnownError extends ServerErrorFact {
  readonly atMs: number;
  readonly message: ServerMessage;
}

/** Several detectors ask for the same list. */
const read = new WeakMap<CaseReader, Map<number, readonly KnownError[]>>();

/** Every error of a server, in order of time; `messages` empty: all. */
export function knownErrors(reader: CaseReader, serverId: number, ...messages: readonly ServerMessage[]): KnownError[] {
  const lists = read.get(reader) ?? new Map<number, readonly KnownError[]>();
  read.set(reader, lists);
  const list = lists.get(serverId) ?? classified(reader, serverId);
  lists.set(serverId, list);
  return messages.length === 0 ? [...list] : list.filter((error) => messages.includes(error.message));
}

function classified(reader: CaseReader, serverId: number): KnownError[] {
  const firstMs = reader.window(serverId)?.firstMs ?? 0;
  return reader
    .errors(serverId)
    .map((error) => ({ ...error, atMs: error.atMs ?? firstMs, message: serverMessage(error.text) }))
    .sort((a, b) => a.atMs - b.atMs);
}

/** More commands than this in one spell change nothing about the answer. */
const MOST_COMMANDS = 50_000;

/** The commands that got these errors, each once; without its start line a command is known by pid and second. */
export function harmedBy(reader: CaseReader, serverId: number, errors: readonly KnownError[]): HarmedCommand[] {
  const first = errors[0];
  const last = errors.at(-1);
  if (first === undefined || last === undefined) return [];
  const running = reader.commandsDuring(serverId, first.atMs - 1000, last.atMs + 1000, MOST_COMMANDS);
  const byPid = groupBy(running, ({ pid }) => pid);
  const harmed = new Map<string, HarmedCommand>();
  for (const { pid, atMs } of errors) {
    if (pid === null) continue;
    const command = byPid.get(pid)?.find((one) => isOpen(one, atMs));
    const one = { pid, user: command?.user ?? "", atMs: command?.startMs ?? atMs };
    harmed.set(`${one.pid} ${one.atMs}`, one);
  }
  return [...harmed.values()];
}

/** Whole seconds on both sides. */
function isOpen(command: CommandFact, atMs: number): boolean {
  return command.startMs <= atMs + 1000 && (command.endMs ?? Number.POSITIVE_INFINITY) >= atMs - 1000;
}

export function usersOf(harmed: readonly HarmedCommand[]): number {
  return new Set(harmed.map((one) => one.user).filter((user) => user !== "")).size;
}
