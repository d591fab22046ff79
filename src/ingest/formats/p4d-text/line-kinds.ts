import { ascii, equals, isDigit, MINUS, QUOTE, SLASH, SPACE, startsWith, TAB } from "./bytes.js";
import { afterPid, skipIndent } from "./time-fields.js";

/** What a line is by its first bytes, before its surroundings are known. */
export const LINE = {
  blank: 0,
  info: 1,
  error: 2,
  warning: 3,
  /** Header of another program: `Perforce proxy info:` */
  foreign: 4,
  /** Indented by TAB or blanks: a message, or text. */
  indented: 5,
  /** `--- ...` */
  track: 6,
  /** `lapse .044s` of a trigger. */
  lapse: 7,
  /** `locks acquired by blocking after 3 non-blocking attempts` */
  locks: 8,
  /** `2024/06/19 12:25:31 560465376 pid 1056102: ...` */
  event: 9,
  /** Debug chatter without a header. */
  noise: 10,
  other: 11,
} as const;

const HEADER = ascii("Perforce ");
const SERVER_INFO = ascii("Perforce server info:");
const SERVER_ERROR = ascii("Perforce server error:");
const SERVER_WARNING = ascii("Perforce server warning:");
const FOREIGN_INFO = ["proxy", "broker"].flatMap((who) =>
  ["info", "error", "warning"].map((severity) => ascii(`Perforce ${who} ${severity}:`)),
);
const LAPSE = ascii("lapse ");
const LOCKS = ascii("locks acquired by blocking");
const COMPLETED = ascii("completed ");
const COMPUTE = ascii("compute end ");
const ERROR_DATE = ascii("Date ");
const TRIGGER = ascii(" trigger ");
const EXITED = ascii(" exited unexpectedly");

/** Debug lines seen in published logs; each is a write of its own and may land anywhere (docs/log-format.md). */
const NOISE = [
  "Rpc himark:", // Rpc himark: 318788
  "server to client", // server to client 127.0.0.1:1666 vs 127.0.0.1:1666
  "server to inter", // server to inter 10.192.5.5:1666 vs 10.192.5.5:1666
  "forwarder to", // forwarder to unknown 10.192.5.5:1666 vs 10.192.5.5:1666
  "Forwarder set trusted", // Forwarder set trusted client address 10.136.60.5
  "NetSslTransport::", // NetSslTransport::SendOrReceive in error
  "Pull command ", // Pull command 55998 xfering //depot/f#1.1 (add, text)
  "map spec", // map spec ... joinError
].map(ascii);

export function kindOfLine(buf: Uint8Array, start: number, end: number): number {
  if (start === end) return LINE.blank;
  const first = buf[start] as number;
  if (first === MINUS) {
    return start + 2 < end && buf[start + 1] === MINUS && buf[start + 2] === MINUS ? LINE.track : LINE.other;
  }
  if (first === TAB || first === SPACE) return kindOfIndented(buf, start, end);
  if (first === 0x50 && startsWith(buf, start, end, HEADER)) return kindOfHeader(buf, start, end);
  if (isDigit(first)) return isEvent(buf, start, end) ? LINE.event : LINE.other;
  if (first === 0x6c) {
    if (startsWith(buf, start, end, LAPSE)) return LINE.lapse;
    if (startsWith(buf, start, end, LOCKS)) return LINE.locks;
  }
  return isNoise(buf, start, end) ? LINE.noise : LINE.other;
}

function kindOfHeader(buf: Uint8Array, start: number, end: number): number {
  if (equals(buf, start, end, SERVER_INFO)) return LINE.info;
  if (equals(buf, start, end, SERVER_ERROR)) return LINE.error;
  if (equals(buf, start, end, SERVER_WARNING)) return LINE.warning;
  return FOREIGN_INFO.some((header) => equals(buf, start, end, header)) ? LINE.foreign : LINE.other;
}

function kindOfIndented(buf: Uint8Array, start: number, end: number): number {
  const at = skipIndent(buf, start, end);
  if (at === end) return LINE.blank;
  if (at === start + 1 && buf[at] === 0x50) {
    const header = kindOfHeader(buf, at, end);
    if (header !== LINE.other) return header;
  }
  return LINE.indented;
}

/** `2024/06/19 12:25:31 560465376 pid 1056102: Server is now using 55 active threads.` */
function isEvent(buf: Uint8Array, start: number, end: number): boolean {
  if (start + 30 > end || buf[start + 4] !== SLASH || buf[start + 7] !== SLASH) return false;
  if (buf[start + 19] !== SPACE || buf[start + 29] !== SPACE) return false;
  for (let i = start + 20; i < start + 29; i++) if (!isDigit(buf[i])) return false;
  return true;
}

export function isNoise(buf: Uint8Array, start: number, end: number): boolean {
  for (const prefix of NOISE) if (startsWith(buf, start, end, prefix)) return true;
  return false;
}

/** Position of the message after `DATE pid N ` in an indented line, or -1: `\t2024/03/05 14:07:03 pid 4101 ...` */
export function messageAt(buf: Uint8Array, start: number, end: number): number {
  return afterPid(buf, skipIndent(buf, start, end), end);
}

export function isCompleted(buf: Uint8Array, at: number, end: number): boolean {
  return startsWith(buf, at, end, COMPLETED);
}

export function isCompute(buf: Uint8Array, at: number, end: number): boolean {
  return startsWith(buf, at, end, COMPUTE);
}

/** A command line whose quote is still open at the end of the line: its arguments go on. */
export function opensArguments(buf: Uint8Array, start: number, end: number): boolean {
  if (buf[end - 1] === QUOTE) return false;
  const at = messageAt(buf, start, end);
  if (at < 0 || isCompleted(buf, at, end) || isCompute(buf, at, end)) return false;
  return !closesArguments(buf, at, end);
}

/** `... //depot/...'`, `...' trigger swarm.commit` or `...' exited unexpectedly, removed from monitor table.` */
export function closesArguments(buf: Uint8Array, start: number, end: number): boolean {
  return closingQuote(buf, start, end) >= 0;
}

/** Position of the quote that ends the arguments on this line, or -1 when they go on. */
export function closingQuote(buf: Uint8Array, start: number, end: number): number {
  if (end > start && buf[end - 1] === QUOTE) return end - 1;
  for (let i = end - 1; i >= start; i--) {
    if (buf[i] !== QUOTE) continue;
    return startsWith(buf, i + 1, end, TRIGGER) || startsWith(buf, i + 1, end, EXITED) ? i : -1;
  }
  return -1;
}

/**
 * The line behind a header that makes the header believable inside user text or at the start of a file:
 * `\t2024/03/05 14:07:03 pid 4101 ...` or `\tDate 2024/03/05 14:07:03:`.
 */
export function confirmsHeader(buf: Uint8Array, start: number, end: number): boolean {
  if (buf[start] !== TAB) return false;
  if (afterPid(buf, start + 1, end) >= 0) return true;
  return (
    start + 10 < end &&
    startsWith(buf, start + 1, end, ERROR_DATE) &&
    isDigit(buf[start + 6]) &&
    buf[start + 10] === SLASH
  );
}
