/** Byte values and byte comparisons: the P4LOG is read as bytes, a string is made only of what is stored. */
export const NEWLINE = 10;
export const RETURN = 13;
export const TAB = 9;
export const SPACE = 32;
export const QUOTE = 39;
export const PAREN_OPEN = 40;
export const MINUS = 45;
export const DOT = 46;
export const SLASH = 47;
export const ZERO = 48;
const NINE = 57;
export const COLON = 58;
export const AT = 64;
export const BRACKET_OPEN = 91;

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

export function startsWith(buf: Uint8Array, pos: number, end: number, prefix: Uint8Array): boolean {
  if (pos + prefix.length > end) return false;
  for (let i = 0; i < prefix.length; i++) if (buf[pos + i] !== prefix[i]) return false;
  return true;
}

export function equals(buf: Uint8Array, pos: number, end: number, text: Uint8Array): boolean {
  return end - pos === text.length && startsWith(buf, pos, end, text);
}

/** First position of `byte` in [pos, end), or -1. */
export function find(buf: Uint8Array, pos: number, end: number, byte: number): number {
  for (let i = pos; i < end; i++) if (buf[i] === byte) return i;
  return -1;
}

/** First position of two adjacent bytes in [pos, end), or -1. */
export function findPair(buf: Uint8Array, pos: number, end: number, first: number, second: number): number {
  for (let i = pos; i + 1 < end; i++) if (buf[i] === first && buf[i + 1] === second) return i;
  return -1;
}

/** First position of `text` in [pos, end), or -1. */
export function findText(buf: Uint8Array, pos: number, end: number, text: Uint8Array): number {
  for (let i = pos; i + text.length <= end; i++) if (startsWith(buf, i, end, text)) return i;
  return -1;
}
