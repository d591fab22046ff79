import { DOT, isDigit, MINUS, SPACE, ZERO } from "./bytes.js";

/** The largest value stored: SQLite integers end at 2^63, and a hostile line may print more digits than that. */
export const LARGEST_FIGURE = 2 ** 62;

/** Beyond 214,748 s p4d's 32-bit formatter prints garbage (docs/log-format.md, durations). */
const LONGEST_LAPSE_MS = 214_748_999;

/**
 * Reads the numbers of one line from left to right, skipping the words between them: the lines of a track block have a
 * fixed order of fields, so `---   pages in+out+cached 1+2+3` is three calls. NaN: the line has no further number.
 */
export class NumberFields {
  private buf: Uint8Array = new Uint8Array(0);
  private end = 0;
  pos = 0;

  over(buf: Uint8Array, pos: number, end: number): this {
    this.buf = buf;
    this.pos = pos;
    this.end = end;
    return this;
  }

  /** `12ms+-25ms`: whole numbers, a minus sign counts when no digit stands before it. */
  int(): number {
    const { buf, end } = this;
    let pos = this.pos;
    let digit = -1;
    while (pos < end) {
      digit = (buf[pos] as number) - ZERO;
      if (digit >= 0 && digit <= 9) break;
      pos++;
    }
    if (pos >= end) {
      this.pos = end;
      return Number.NaN;
    }
    const negative = pos > 1 && buf[pos - 1] === MINUS && !isDigit(buf[pos - 2]);
    let value = digit;
    for (pos++; pos < end; pos++) {
      digit = (buf[pos] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    this.pos = pos;
    if (value > LARGEST_FIGURE) value = LARGEST_FIGURE;
    return negative ? -value : value;
  }

  /**
   * Steps over words of known length, if a number begins right behind them; looking at every letter takes as long as
   * reading the numbers. Otherwise stays: the numbers are looked for.
   */
  skip(bytes: number): this {
    const at = this.pos + bytes;
    if (at < this.end && this.buf[at - 1] === SPACE && isDigit(this.buf[at])) this.pos = at;
    return this;
  }

  /** The next `count` whole numbers, into `target` from `at` on: what `int` gives, in one go. */
  ints(target: Float64Array, at: number, count: number): void {
    const { buf, end } = this;
    let pos = this.pos;
    for (let i = at; i < at + count; i++) {
      let digit = 10;
      for (; pos < end; pos++) {
        digit = (buf[pos] as number) - ZERO;
        if (digit >= 0 && digit <= 9) break;
      }
      if (pos >= end) {
        target[i] = Number.NaN;
        continue;
      }
      const negative = buf[pos - 1] === MINUS && !isDigit(buf[pos - 2]);
      let value = digit;
      for (pos++; pos < end; pos++) {
        digit = (buf[pos] as number) - ZERO;
        if (digit < 0 || digit > 9) break;
        value = value * 10 + digit;
      }
      if (value > LARGEST_FIGURE) value = LARGEST_FIGURE;
      target[i] = negative ? -value : value;
    }
    this.pos = pos;
  }

  /** `.031s`, `1.38s`, `109s` as whole milliseconds (p4d cuts, never rounds). */
  durationMs(): number {
    this.toFraction();
    const start = this.pos;
    const negative = start < this.end && this.buf[start - 1] === MINUS;
    const value = Math.floor(this.decimal(3) + 0.0001);
    return negative ? -value : value;
  }

  /** `197.8K`: bytes; suffixes B K M G T P count in 1024s. */
  sizeBytes(): number {
    this.toFraction();
    const tenths = this.decimal(4);
    const power = "KMGTP".indexOf(String.fromCharCode(this.buf[this.pos] ?? SPACE));
    return Math.min(LARGEST_FIGURE, Math.round((tenths * 1024 ** (power + 1)) / 10_000));
  }

  private toFraction(): void {
    const { buf, end } = this;
    let pos = this.pos;
    while (pos < end && !isDigit(buf[pos]) && !(buf[pos] === DOT && isDigit(buf[pos + 1]))) pos++;
    this.pos = pos;
  }

  /** A decimal number times 10^digits, further digits cut off. */
  private decimal(digits: number): number {
    const { buf, end } = this;
    let pos = this.pos;
    if (pos === end) return Number.NaN;
    let value = 0;
    for (; pos < end && isDigit(buf[pos]); pos++) value = value * 10 + (buf[pos] as number) - ZERO;
    let left = digits;
    if (buf[pos] === DOT && pos < end) {
      for (pos++; pos < end && isDigit(buf[pos]); pos++) {
        if (left === 0) continue;
        value = value * 10 + (buf[pos] as number) - ZERO;
        left--;
      }
    }
    this.pos = pos;
    return Math.min(LARGEST_FIGURE, value * 10 ** left);
  }
}

/** Whether a printed lapse can be true. */
export function isPlausibleLapse(ms: number): boolean {
  return ms >= 0 && ms <= LONGEST_LAPSE_MS;
}
