const SLOTS = 1 << 12;
const LONGEST = 64;

/**
 * Makes strings of bytes. Names of users, programs and tables repeat all the time: short ASCII texts come from a cache
 * with one slot a hash, so its size is fixed and nothing is ever searched.
 */
export class Interner {
  private readonly texts: string[] = new Array(SLOTS).fill("");
  /** The bytes of each text again: comparing bytes with bytes is faster than with characters. */
  private readonly bytes = new Uint8Array(SLOTS * LONGEST);

  text(buf: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > LONGEST) return decoded(buf, start, end);
    let hash = length;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (buf[i] as number), 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.texts[slot] as string;
    const at = slot * LONGEST;
    if (known.length === length) {
      let i = 0;
      while (i < length && this.bytes[at + i] === buf[start + i]) i++;
      if (i === length) return known;
    }
    const text = decoded(buf, start, end);
    if (text.length === length) {
      this.texts[slot] = text;
      this.bytes.set(buf.subarray(start, end), at);
    }
    return text;
  }
}

/** Old P4V versions print NUL inside their own name; every reader of the log takes it for a slash. */
function decoded(buf: Buffer, start: number, end: number): string {
  const text = buf.toString("utf8", start, end);
  return text.includes("\0") ? text.replaceAll("\0", "/") : text;
}
