import { AT, ascii, BRACKET_OPEN, find, findPair, SPACE, startsWith } from "./bytes.js";
import type { Interner } from "./interner.js";
import { closingQuote } from "./line-kinds.js";
import type { OpenCommand } from "./open-command.js";
import { TIME_LENGTH } from "./time-fields.js";

const TRIGGER = ascii(" trigger ");
const EXITED = ascii(" exited unexpectedly");
const CLOSE_APP = ascii("] '");

/**
 * The line that names a command, at its start and on top of each of its track blocks:
 * `2024/03/05 14:07:03 pid 4101 nightly@rpt 10.20.0.9 [p4/v92] 'user-files //depot/...'`
 * Only place, pid and hash are read at once; the names are decoded when a new command needs them.
 */
export class CommandLine {
  private buf: Buffer = Buffer.alloc(0);
  private at = 0;
  private end = 0;
  /** Position of the closing quote, or the end of the line when the arguments go on. */
  private quote = 0;
  pid = 0;
  startS = 0;
  /** Hash of the text behind the time, and of the whole: equal lines have equal hashes. */
  textHash = 0;
  keyHash = 0;
  /** Name after ` trigger `, or null. */
  trigger: string | null = null;
  /** `' exited unexpectedly, removed from monitor table.` */
  exited = false;
  sourceId = 0;
  lineNo = 0;
  byteOffset = 0;
  byteLength = 0;
  /** Last line of the arguments. */
  argsEnd = 0;
  /** All argument lines, when there are several. */
  argsText: string | null = null;
  cut = false;
  /** The arguments end nowhere. */
  unclosed = false;
  /** What stood behind this line is lost. */
  torn = false;

  /** `start`: first byte of the time, `message`: first byte behind `pid N `. */
  read(buf: Buffer, start: number, message: number, end: number, startS: number): void {
    this.buf = buf;
    this.at = message;
    this.end = end;
    this.startS = startS;
    this.pid = pidBefore(buf, message);
    const quote = closingQuote(buf, message, end);
    this.quote = quote < 0 ? end : quote;
    this.trigger = null;
    this.exited = false;
    this.argsText = null;
    this.readTailOf(buf, this.quote, end);
    this.hash(start + TIME_LENGTH, this.quote);
  }

  /** What follows the closing quote, on whichever line it stands. */
  readTailOf(buf: Buffer, quote: number, end: number): void {
    if (quote + 1 >= end) return;
    if (startsWith(buf, quote + 1, end, TRIGGER)) {
      this.trigger = buf.toString("utf8", quote + 1 + TRIGGER.length, end);
    } else this.exited = startsWith(buf, quote + 1, end, EXITED);
  }

  /** Two 32-bit lanes over four bytes a step, mixed to 53 bits: no collision is expected below some ten million lines. */
  private hash(start: number, end: number): void {
    const { buf } = this;
    let a = 0x9e3779b1 | 0;
    let b = 0x85ebca6b | 0;
    let i = start;
    for (; i + 4 <= end; i += 4) {
      const word =
        (buf[i] as number) |
        ((buf[i + 1] as number) << 8) |
        ((buf[i + 2] as number) << 16) |
        ((buf[i + 3] as number) << 24);
      a = Math.imul(a ^ word, 0xcc9e2d51);
      a = (a << 13) | (a >>> 19);
      b = Math.imul(b + word, 0x1b873593) ^ (b >>> 15);
    }
    for (; i < end; i++) {
      a = Math.imul(a ^ (buf[i] as number), 0x01000193);
      b = Math.imul(b + (buf[i] as number), 0x27d4eb2f) ^ (b >>> 15);
    }
    this.textHash = mixed(a, b, end - start);
    this.keyHash = mixed(a ^ Math.imul(this.startS | 0, 0x2c1b3c6d), b + (this.startS | 0), end - start);
  }

  /** Fills in who ran what. False when the line is not of that shape after all. */
  identify(command: OpenCommand, names: Interner): boolean {
    const { buf, at, end } = this;
    let app = findPair(buf, at, end, SPACE, BRACKET_OPEN);
    if (app >= 0 && find(buf, at, app, SPACE) < 0) app = findPair(buf, app + 2, end, SPACE, BRACKET_OPEN); // an address in brackets
    const atSign = find(buf, at, app < 0 ? end : app, AT);
    if (app < 0 || atSign < 0) return false;
    let space = app - 1;
    while (space > atSign && buf[space] !== SPACE) space--;
    if (space <= atSign) return false;
    let close = app + 2;
    while (close < end && !startsWith(buf, close, end, CLOSE_APP)) close++;
    if (close >= end) return false;
    command.user = names.text(buf, at, atSign);
    command.workspace = names.text(buf, atSign + 1, space);
    command.ip = names.text(buf, space + 1, app);
    command.app = names.text(buf, app + 2, close);
    this.nameFunction(command, names, close + CLOSE_APP.length);
    return true;
  }

  /** What is there of a torn line are the first words of this command, or these and half of ` trigger NAME`. */
  begins(command: OpenCommand): boolean {
    const whole = `${wordsOf(command)}'`;
    const words = this.words();
    return whole.startsWith(words.trimEnd()) || words.startsWith(`${whole} `);
  }

  /** This line says in full what is known of the command by a torn line. */
  completes(command: OpenCommand): boolean {
    return command.pid === this.pid && command.startS === this.startS && this.words().startsWith(wordsOf(command));
  }

  private words(): string {
    const further = this.argsText === null ? "" : `\n${this.argsText}`;
    return this.buf.toString("utf8", this.at, this.end) + further;
  }

  private nameFunction(command: OpenCommand, names: Interner, from: number): void {
    const { buf } = this;
    const stop = Math.max(from, this.quote);
    const space = find(buf, from, stop, SPACE);
    command.cmd = names.text(buf, from, space < 0 ? stop : space);
    command.args = space < 0 ? null : names.text(buf, space + 1, stop);
    if (this.argsText !== null) command.args = `${command.args ?? ""}\n${this.argsText}`;
  }
}

/** `nina@nina_ws 10.1.2.3 [p4/v92] 'user-files //depot/...` */
function wordsOf({ user, workspace, ip, app, cmd, args }: OpenCommand): string {
  return `${user}@${workspace} ${ip} [${app}] '${cmd}${args === null ? "" : ` ${args}`}`;
}

/** The number in front of `message`: `... pid 4101 completed`. */
export function pidBefore(buf: Uint8Array, message: number): number {
  let value = 0;
  let scale = 1;
  for (let i = message - 2; buf[i] !== SPACE && scale < 1e15; i--) {
    value += ((buf[i] as number) - 48) * scale;
    scale *= 10;
  }
  return value;
}

function mixed(a: number, b: number, length: number): number {
  let high = Math.imul(a ^ (a >>> 16) ^ length, 0x7feb352d);
  let low = Math.imul(b ^ (b >>> 15) ^ high, 0x846ca68b);
  high ^= low >>> 13;
  low ^= low >>> 16;
  return (high & 0x1fffff) * 0x100000000 + (low >>> 0);
}
