/**
 * Rows as SQLite stores them (https://sqlite.org/fileformat2.html, "Record Format" and "B-tree Pages"): a header of
 * serial types, the values, and in front of both the length and the row id.
 */

/** Longest header of a record here: one byte a number, up to three a text, for the widest table. */
const HEADER_ROOM = 128;
/** Beyond this a row does not fit into one page whatever else it holds: its caller stores it in another way. */
const LONGEST_ROW = 65_000;
const BODY = HEADER_ROOM;
const INT32 = 0x100000000;

/**
 * Encodes one row after the other: `start`, each value in the order of the columns, `end`, then `copyTo`. The row's own
 * id is not a value: SQLite keeps it outside of the record.
 */
export class CellEncoder {
  private bytes = Buffer.alloc(HEADER_ROOM + 4096);
  /** Ends of the header and of the body. */
  private head = 0;
  private body = BODY;

  start(): void {
    this.head = 1; // the header's own length, one byte
    this.bytes[this.head++] = 0; // the column of the id: NULL, SQLite takes it from the key
    this.body = BODY;
  }

  /** Whole numbers of up to 63 bits; NaN is NULL. `count` of them, from `from` on. */
  numbers(values: Float64Array, from: number, count: number): void {
    const { bytes } = this;
    let { head, body } = this;
    for (let i = from; i < from + count; i++) {
      const value = values[i] as number;
      // biome-ignore lint/suspicious/noSelfCompare: the fastest test for NaN
      if (value !== value) bytes[head++] = 0;
      else if (value === 0) bytes[head++] = 8;
      else if (value === 1) bytes[head++] = 9;
      else {
        const type = (value | 0) === value ? putInt(bytes, body, value) : putWide(bytes, body, value);
        bytes[head++] = type;
        body += type < 5 ? type : type === 5 ? 6 : 8;
      }
    }
    this.head = head;
    this.body = body;
  }

  text(value: string | null): void {
    if (value === null) {
      this.bytes[this.head++] = 0;
      return;
    }
    const from = this.body;
    // At most three bytes a unit; a surrogate pair takes four for two.
    if (from + value.length * 3 > this.bytes.length) this.grow(from + value.length * 3);
    this.body = from + this.write(value, from);
    this.textType(13 + 2 * (this.body - from));
  }

  /** NULLs at the end need not be said. */
  end(): void {
    // The last byte of a text's type is odd, so that a 0 is a NULL of its own.
    while (this.head > 2 && this.bytes[this.head - 1] === 0) this.head--;
  }

  /** False when the row is too long for a page, and nothing but another way of storing it helps. */
  get fits(): boolean {
    return this.head + this.body - BODY <= LONGEST_ROW;
  }

  /** Bytes of the cell, with its length and the row id in front. */
  size(id: number): number {
    const payload = this.head + this.body - BODY;
    return varintLength(payload) + varintLength(id) + payload;
  }

  /** Lays the cell down at `at`. */
  copyTo(target: Uint8Array, at: number, id: number): void {
    const { bytes, head, body } = this;
    bytes[0] = head;
    let to = putVarint(target, at, head + body - BODY);
    to = putVarint(target, to, id);
    for (let i = 0; i < head; i++) target[to++] = bytes[i] as number;
    if (body - BODY > 512) target.set(bytes.subarray(BODY, body), to);
    else for (let i = BODY; i < body; i++) target[to++] = bytes[i] as number;
  }

  /** Short ASCII by hand: a call of the encoder costs more than most names are long. */
  private write(value: string, from: number): number {
    const { bytes } = this;
    if (value.length > 48) return bytes.write(value, from, "utf8");
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 0x7f) return bytes.write(value, from, "utf8");
      bytes[from + i] = unit;
    }
    return value.length;
  }

  private textType(type: number): void {
    this.head = putVarint(this.bytes, this.head, type);
  }

  private grow(needed: number): void {
    const grown = Buffer.alloc(needed * 2);
    grown.set(this.bytes);
    this.bytes = grown;
  }
}

/** The fewest of one to four bytes; returns the serial type, which is their number. */
function putInt(bytes: Uint8Array, at: number, value: number): number {
  if (value >= -0x80 && value < 0x80) {
    bytes[at] = value;
    return 1;
  }
  if (value >= -0x8000 && value < 0x8000) {
    bytes[at] = value >> 8;
    bytes[at + 1] = value;
    return 2;
  }
  if (value >= -0x800000 && value < 0x800000) {
    bytes[at] = value >> 16;
    bytes[at + 1] = value >> 8;
    bytes[at + 2] = value;
    return 3;
  }
  bytes[at] = value >> 24;
  bytes[at + 1] = value >> 16;
  bytes[at + 2] = value >> 8;
  bytes[at + 3] = value;
  return 4;
}

/** Six bytes where they do, else eight; returns the serial type. */
function putWide(bytes: Uint8Array, at: number, value: number): number {
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 63) throw new Error(`${value} is no integer of SQLite's`);
  const high = Math.floor(value / INT32);
  const low = value - high * INT32;
  const short = high >= -0x8000 && high < 0x8000;
  let to = at;
  if (!short) {
    bytes[to++] = high >> 24;
    bytes[to++] = high >> 16;
  }
  bytes[to] = high >> 8;
  bytes[to + 1] = high;
  bytes[to + 2] = low >>> 24;
  bytes[to + 3] = low >>> 16;
  bytes[to + 4] = low >>> 8;
  bytes[to + 5] = low;
  return short ? 5 : 6;
}

/** Big-endian groups of seven bits, the last with its top bit clear. Up to 2^53; returns the position behind it. */
export function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let to = at;
  if (value >= 0x10000000) {
    const high = Math.floor(value / 0x10000000);
    to = putGroups(bytes, to, high, 0x80);
    const low = value - high * 0x10000000;
    bytes[to] = (low >>> 21) | 0x80;
    bytes[to + 1] = (low >>> 14) | 0x80;
    bytes[to + 2] = (low >>> 7) | 0x80;
    bytes[to + 3] = low & 0x7f;
    return to + 4;
  }
  to = putGroups(bytes, to, value, 0);
  return to;
}

/** `last` is set in the last byte too where more follows. */
function putGroups(bytes: Uint8Array, at: number, value: number, last: number): number {
  let to = at;
  if (value >= 0x10000000) bytes[to++] = (value >>> 28) | 0x80;
  if (value >= 0x200000) bytes[to++] = (value >>> 21) | 0x80;
  if (value >= 0x4000) bytes[to++] = (value >>> 14) | 0x80;
  if (value >= 0x80) bytes[to++] = (value >>> 7) | 0x80;
  bytes[to++] = (value & 0x7f) | last;
  return to;
}

function varintLength(value: number): number {
  let length = 1;
  for (let limit = 0x80; value >= limit; limit *= 0x80) length++;
  return length;
}
