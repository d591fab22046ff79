import { COMMAND_FLAG } from "../../../contracts/record-batch.js";
import type { OpenCommand } from "./open-command.js";
import { TRACK } from "./track-survey.js";

const F = COMMAND_FLAG;

/** Functions that log a start or track block but never a completion [log-format R3]. */
const NO_COMPLETION = new Set(["rmt-FileFetch", "rmt-FileFetchMulti", "rmt-JournalPos", "client-Stats"]);
const SYNC_LIKE = new Set(["user-sync", "user-flush"]);

/** Automatic pull threads: `pull -i 1`, `pull -u -i 1 -b 1`, `pull -I 100`. */
export function isNoCompletionKind(cmd: string | null, args: string | null): boolean {
  if (cmd === null) return false;
  if (cmd === "pull") return args !== null && / ?-\w*[iI]/.test(args.slice(0, 200));
  return NO_COMPLETION.has(cmd);
}

/** Commands that print network estimates. */
export function isSyncLike(cmd: string | null): boolean {
  return cmd !== null && SYNC_LIKE.has(cmd);
}

/** A completion without a start, and a track block of its pid: the times must agree but for cut lapses and whole seconds. */
export function fitsAnonymous(command: OpenCommand, startS: number): boolean {
  const slackS = 2 + Math.max(0, (command.endS - command.startS) / 100);
  return Number.isNaN(command.endS) ? startS <= command.startS + slackS : Math.abs(startS - command.startS) <= slackS;
}

/**
 * Which command of the pid (newest first) a track block with this key belongs to; null: none, it is a new one.
 * A block of a background kind is always a use of its own; a second final block is a repeat of the first if the command
 * had a start line, and else another command of the same second.
 */
export function pickForTrack(newest: OpenCommand | null, keyHash: number, survey: number): OpenCommand | null {
  let first: OpenCommand | null = null;
  let awaiting: OpenCommand | null = null;
  let completed: OpenCommand | null = null;
  let open: OpenCommand | null = null;
  for (let command = newest; command !== null; command = command.older) {
    if (command.keyHash !== keyHash || command.has(F.anonymous)) continue;
    first ??= command;
    if (!command.has(F.hasTables)) awaiting = command;
    if (!command.has(F.hasTables) && command.has(F.hasCompletion)) completed = command;
    if (!command.has(F.hasTables | F.hasCompletion)) open ??= command;
  }
  if (first === null) return null;
  if (first.has(F.noCompletionKind)) return first.has(F.hasTrack) ? null : first;
  if (survey !== TRACK.final) return open ?? first;
  return completed ?? awaiting ?? (first.has(F.hasStart) ? first : null);
}

/** Known only by an early trigger or lock block, so that the start line now read may be its own. */
export function isStartless(command: OpenCommand): boolean {
  return !command.has(F.hasStart | F.hasCompletion | F.hasTables | F.noCompletionKind);
}

/** `Operation: user-resolved` of an error block names the command's function. */
export function sameOperation(command: OpenCommand, operation: string | null): boolean {
  return operation === null || command.cmd === null || command.cmd === operation;
}

/** Same words, later time: `--- rdb.lbr` blocks may carry the time of their own use. */
export function isLaterPart(command: OpenCommand, textHash: number, startS: number): boolean {
  return command.textHash === textHash && startS > command.startS && !command.has(F.noCompletionKind);
}
