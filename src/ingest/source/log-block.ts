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
  const timeS = timeAt(bytes, line + 1);
  // By bytes: a window of a large log looks at millions of heads.
  let at = line + 1 + TIME_BYTES;
  for (const byte of PID) if (bytes[at++] !== byte) return null;
  const digits = at;
  while (at < end && at - digits < MOST_PID_DIGITS && digit(bytes, at) >= 0) at++;
  if (Number.isNaN(timeS) || at === digits || at >= end || bytes[at] !== SPACE) return null;
  const rest = bytes.toString("latin1", at + 1, Math.min(end, line + HEAD_BYTES));
  return {
    timeS,
    pid: number(bytes, digits, at - digits),
    what: kindOf(rest, bytes, line, end),
    isUserCommand: rest.includes("] 'user-"),
  };
}

const TIME_BYTES = 19; // 2024/03/05 14:07:36
const PID = Buffer.from(" pid ");
const SPACE = 32;
const MOST_PID_DIGITS = 10;
/** Far enough for the time, the pid and who gave which command. */
const HEAD_BYTES = 400;

/** Seconds of `2024/03/05 14:07:36` as if UTC; NaN where something else stands. */
function timeAt(bytes: Buffer, at: number): number {
  const isTime =
    bytes[at + 4] === SLASH &&
    bytes[at + 7] === SLASH &&
    bytes[at + 10] === SPACE &&
    bytes[at + 13] === COLON &&
    bytes[at + 16] === COLON;
  if (!isTime) return Number.NaN;
  const day = Date.UTC(number(bytes, at, 4), number(bytes, at + 5, 2) - 1, number(bytes, at + 8, 2));
  return day / 1000 + number(bytes, at + 11, 2) * 3600 + number(bytes, at + 14, 2) * 60 + number(bytes, at + 17, 2);
}

const SLASH = 47;
const COLON = 58;

/** NaN where one of them is no digit. */
function number(bytes: Buffer, at: number, digits: number): number {
  let value = 0;
  for (let i = at; i < at + digits; i++) {
    const one = digit(bytes, i);
    value = one < 0 ? Number.NaN : value * 10 + one;
  }
  return value;
}

/** -1 for anything else. */
function digit(bytes: Buffer, at: number): number {
  const value = (bytes[at] ?? 0) - 48;
  return value >= 0 && value <= 9 ? value : -1;
}

function kindOf(rest: string, bytes: Buffer, line: number, end: number): BlockHead["what"] {
  if (rest.startsWith("completed ")) return "completed"; // completed .011s 7+4us …
  if (rest.startsWith("compute end ")) return "progress"; // compute end .020s
  if (!rest.includes(" [") && !rest.includes("@")) return "other";
  return bytes.subarray(line, end).includes(TRACK) ? "track" : "start"; // within the block: a log of starts has none
}
