import { afterPid, LogClock, TIME_LENGTH } from "../formats/p4d-text/time-fields.js";

const MARK = Buffer.from("\nPerforce server ");
const TRACK = Buffer.from("\n---");
const TAB = 9;

/** What the head of one P4LOG block tells; enough to decide whether a time window wants the block. */
export interface BlockHead {
  /** Seconds of the server's clock counted as if UTC. A track block carries the time its command started. */
  readonly timeS: number;
  readonly pid: number;
  readonly what: "start" | "progress" | "completed" | "track" | "other";
  /** A command a user gave: whatever the process did before is over. */
  readonly isUserCommand: boolean;
}

/** Offset of the next line `Perforce server info:` (or warning, error) at or behind `from`; -1 when there is none. */
export function nextBlock(bytes: Buffer, from: number): number {
  if (from === 0 && bytes.length >= MARK.length - 1 && bytes.compare(MARK, 1, MARK.length, 0, MARK.length - 1) === 0) {
    return 0;
  }
  const at = bytes.indexOf(MARK, Math.max(0, from - 1));
  return at < 0 ? -1 : at + 1;
}

/** The head of the block at `start`, null when its second line is not `\t2024/03/05 14:07:36 pid 4548 …`. */
export function blockHead(bytes: Buffer, start: number, end: number): BlockHead | null {
  const line = bytes.indexOf(10, start) + 1;
  if (line === 0 || line >= end || bytes[line] !== TAB) return null;
  const timeS = CLOCK.parse(bytes, line + 1, end);
  const after = afterPid(bytes, line + 1, end);
  const digits = line + 1 + BEFORE_PID;
  if (Number.isNaN(timeS) || after < 0 || after - 1 - digits > MOST_PID_DIGITS) return null;
  const rest = bytes.toString("latin1", after, Math.min(end, line + HEAD_BYTES));
  return {
    timeS,
    pid: Number(bytes.toString("latin1", digits, after - 1)),
    what: kindOf(rest, bytes, line, end),
    isUserCommand: rest.includes("] 'user-"),
  };
}

const CLOCK = new LogClock();
const BEFORE_PID = TIME_LENGTH + " pid ".length;
const MOST_PID_DIGITS = 10;
/** Far enough for the time, the pid and who gave which command. */
const HEAD_BYTES = 400;

function kindOf(rest: string, bytes: Buffer, line: number, end: number): BlockHead["what"] {
  if (rest.startsWith("completed ")) return "completed"; // completed .011s 7+4us …
  if (rest.startsWith("compute end ")) return "progress"; // compute end .020s
  if (!rest.includes(" [") && !rest.includes("@")) return "other";
  return bytes.subarray(line, end).includes(TRACK) ? "track" : "start"; // within the block: a log of starts has none
}
