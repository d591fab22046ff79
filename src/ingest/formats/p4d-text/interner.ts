const LONGEST = 64;

/**
 * Makes strings of bytes. Names of users, programs and tables repeat all the time: short ASCII texts come from a cache
 * of fixed size with two places a hash.
 */
export class Interner {
  private readonly texts: string[];
  private readonly hashes: Int32Array;
  private readonly lengths: Uint8Array;
  /** The bytes of each text again: comparing bytes with bytes is faster than with characters. */
  private readonly bytes: Uint8Array;
  private readonly mask: number;

  /** `slots`: a power of 2. As few as will do stay in the processor's nearest cache. */
  constructor(slots = 1 << 13) {
    this.texts = new Array(slots).fill("");
    this.hashes = new Int32Array(slots);
    this.lengths = new Uint8Array(slots);
    this.bytes = new Uint8Array(slots * LONGEST);
    this.mask = slots - 1;
  }

  text(buf: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > LONGEST) return decoded(buf, start, end);
    const hash = hashOf(buf, start, length);
    const slot = (hash ^ (hash >>> 15)) & this.mask;
    if (this.holds(slot, hash, buf, start, length)) return this.texts[slot] as string;
    if (this.holds(slot ^ 1, hash, buf, start, length)) return this.texts[slot ^ 1] as string;
    const text = decoded(buf, start, end);
    if (text.length === length) this.keep(slot ^ ((hash >>> 28) & 1), hash, text, buf, start);
    return text;
  }

  private holds(slot: number, hash: number, buf: Buffer, start: number, length: number): boolean {
    if (this.hashes[slot] !== hash || this.lengths[slot] !== length) return false;
    const at = slot * LONGEST;
    for (let i = 0; i < length; i++) if (this.bytes[at + i] !== buf[start + i]) return false;
    return true;
  }

  private keep(slot: number, hash: number, text: string, buf: Buffer, start: number): void {
    this.texts[slot] = text;
    this.hashes[slot] = hash;
    this.lengths[slot] = text.length;
    for (let i = 0; i < text.length; i++) this.bytes[slot * LONGEST + i] = buf[start + i] as number;
  }
}

/** Of the length and at most twelve bytes, first, middle and last: names that agree in these are few. */
function hashOf(buf: Uint8Array, start: number, length: number): number {
  let hash = length;
  if (length < 4) {
    for (let i = start; i < start + length; i++) hash = Math.imul(hash ^ (buf[i] as number), 0x01000193);
    return hash;
  }
  hash = Math.imul(hash ^ wordAt(buf, start), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ wordAt(buf, start + ((length - 4) >> 1)), 0x85ebca6b);
  return Math.imul(hash ^ (hash >>> 13) ^ wordAt(buf, start + length - 4), 0xc2b2ae35);
}

function wordAt(buf: Uint8Array, at: number): number {
  return (
    (buf[at] as number) |
    ((buf[at + 1] as number) << 8) |
    ((buf[at + 2] as number) << 16) |
    ((buf[at + 3] as number) << 24)
  );
}

/** One cache a thread: it holds nothing but names. */
export const sharedNames = new Interner();
/** The tables of a server are few. */
export const tableNames = new Interner(1 << 8);

/** Old P4V versions print NUL inside their own name; every reader of the log takes it for a slash. */
function decoded(buf: Buffer, start: number, end: number): string {
  const text = buf.toString("utf8", start, end);
  return text.includes("\0") ? text.replaceAll("\0", "/") : text;
}
