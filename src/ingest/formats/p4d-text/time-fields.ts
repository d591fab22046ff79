import { ascii, COLON, isDigit, SLASH, SPACE, startsWith, TAB } from "./bytes.js";

/** `2024/03/05 14:07:03` */
export const TIME_LENGTH = 19;

const PID_WORD = ascii(" pid ");

/** Local times of log lines as seconds counted as if UTC. The date rarely changes, so its day is remembered. */
export class LogClock {
  private readonly date = new Uint8Array(10);
  private daySeconds = Number.NaN;

  /** Seconds of the time at `pos`, NaN when there is none: `2024/03/05 14:07:03`. */
  parse(buf: Uint8Array, pos: number, end: number): number {
    if (pos + TIME_LENGTH > end || buf[pos + 13] !== COLON || buf[pos + 16] !== COLON) return Number.NaN;
    const day = this.day(buf, pos);
    const hour = twoDigits(buf, pos + 11);
    const minute = twoDigits(buf, pos + 14);
    const second = twoDigits(buf, pos + 17);
    if (hour > 23 || minute > 59 || second > 60) return Number.NaN;
    return day + hour * 3600 + minute * 60 + second;
  }

  private day(buf: Uint8Array, pos: number): number {
    if (startsWith(buf, pos, pos + 10, this.date)) return this.daySeconds;
    if (buf[pos + 4] !== SLASH || buf[pos + 7] !== SLASH || buf[pos + 10] !== SPACE) return Number.NaN;
    const year = twoDigits(buf, pos) * 100 + twoDigits(buf, pos + 2);
    const month = twoDigits(buf, pos + 5);
    const day = twoDigits(buf, pos + 8);
    if (!(year >= 1970) || !(month >= 1 && month <= 12) || !(day >= 1 && day <= 31)) return Number.NaN;
    this.daySeconds = Date.UTC(year, month - 1, day) / 1000;
    this.date.set(buf.subarray(pos, pos + 10));
    return this.daySeconds;
  }
}

function twoDigits(buf: Uint8Array, pos: number): number {
  const high = (buf[pos] as number) - 48;
  const low = (buf[pos + 1] as number) - 48;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : Number.NaN;
}

/** Skips the TABs (or blanks) p4d indents messages with. */
export function skipIndent(buf: Uint8Array, pos: number, end: number): number {
  let at = pos;
  while (at < end && (buf[at] === TAB || buf[at] === SPACE)) at++;
  return at;
}

/**
 * Position behind `2024/03/05 14:07:03 pid 4101 `, or -1 when the text at `pos` has another shape. Only the shape is
 * checked: this decides whether to trust a header, see block framing in docs/log-format.md.
 */
export function afterPid(buf: Uint8Array, pos: number, end: number): number {
  if (pos + TIME_LENGTH + PID_WORD.length >= end || !isDigit(buf[pos]) || buf[pos + 4] !== SLASH) return -1;
  if (buf[pos + 7] !== SLASH || buf[pos + 13] !== COLON || buf[pos + 16] !== COLON) return -1;
  if (!startsWith(buf, pos + TIME_LENGTH, end, PID_WORD)) return -1;
  let at = pos + TIME_LENGTH + PID_WORD.length;
  const digits = at;
  while (at < end && isDigit(buf[at])) at++;
  return at > digits && at < end && buf[at] === SPACE ? at + 1 : -1;
}
