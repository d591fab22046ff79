const SLOTS = 1 << 13;
const LONGEST = 64;

/**
 * Makes strings of bytes. Names of users, programs and tables repeat all the time: short ASCII texts come from a cache
 * with one slot a hash, so its size is fixed and nothing is ever searched.
 */
export class Interner {
  private readonly slots: (string | undefined)[] = new Array(SLOTS).fill(undefined);

  text(buf: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > LONGEST) return decoded(buf, start, end);
    let hash = length;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (buf[i] as number), 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.slots[slot];
    if (known !== undefined && isSame(known, buf, start, length)) return known;
    const text = decoded(buf, start, end);
    if (text.length === length) this.slots[slot] = text;
    return text;
  }
}

/** One character a byte: only ASCII texts can be equal. */
function isSame(known: string, buf: Buffer, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) if (known.charCodeAt(i) !== buf[start + i]) return false;
  return true;
}

/** Old P4V versions print NUL inside their own name; every reader of the log takes it for a slash. */
function decoded(buf: Buffer, start: number, end: number): string {
  const text = buf.toString("utf8", start, end);
  return text.includes("\0") ? text.replaceAll("\0", "/") : text;
}
