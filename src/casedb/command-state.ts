import { COMMAND_FLAG } from "../contracts/record-batch.js";

/** A final track block, a monitor clean-up or another command on its pid: it ended, whatever the log says of the end. */
export const ENDED = COMMAND_FLAG.hasTables | COMMAND_FLAG.removedFromMonitor | COMMAND_FLAG.supplanted;

/** Commands that no count of commands includes. */
export const UNCOUNTED = COMMAND_FLAG.noCompletionKind | COMMAND_FLAG.anonymous;

/** SQL conditions on `command` that several readers share; CommandColumns has the same for what it holds. */
export const IS_COUNTED = `flags & ${UNCOUNTED} = 0`;

/** Second it ended in, as far as known; NULL while it is open. A command that ended nobody knows when counts to its start. */
export const END_S = `coalesce(end_s, CASE WHEN longest_ms > 0 THEN start_s + longest_ms / 1000
  WHEN flags & ${ENDED} THEN start_s END)`;
