/** Characters of the arguments that make a kind. */
export const MOST_PATTERN = 200;

/** What a kind is known by, arguments first; NUL stands between, as it can't in a line of the log. */
export const KIND_COLUMNS = ["args", "user", "app", "ip", "cmd"] as const;
const FIELDS = KIND_COLUMNS.length;
export const KIND_TEXT = [`substr(args, 1, ${MOST_PATTERN})`, ...KIND_COLUMNS.slice(1)]
  .map((column) => `coalesce(${column}, '')`)
  .join(" || char(0) || ");

const DIGIT_0 = 48;
const DIGIT_9 = 57;
const HASH_SIGN = 35;

/**
 * Which commands are the same but for numbers in their arguments: same user, program, address and function. Kinds are
 * told apart by 64 bits of hash, not by their texts: a log may have a million of them.
 */
export class CommandKinds {
  /** Kind by row of the columns. */
  readonly of: Int32Array;
  /** Function (`user-sync`) by kind: index into `cmds`. */
  private cmdOfKind = new Int32Array(1024);
  private highOf = new Int32Array(1024);
  private lowOf = new Int32Array(1024);
  /** Open addressing: kind + 1, or 0. */
  private slots = new Int32Array(4096);
  private readonly cmdIds = new Map<string, number>();
  private kinds = 0;
  private readonly fieldFrom = new Uint32Array(FIELDS);
  private readonly fieldTo = new Uint32Array(FIELDS);

  constructor(rows: number) {
    this.of = new Int32Array(rows);
  }

  get count(): number {
    return this.kinds;
  }

  /** `text`: KIND_TEXT of the command in this row. */
  setText(row: number, text: string): void {
    const bytes = Buffer.from(text, "utf8");
    let from = 0;
    for (let field = 0; field < FIELDS; field++) {
      const to = field === FIELDS - 1 ? bytes.length : bytes.indexOf(0, from);
      this.fieldFrom[field] = from;
      this.fieldTo[field] = to;
      from = to + 1;
    }
    this.set(row, bytes, this.fieldFrom, this.fieldTo);
  }

  /** What KIND_TEXT is made of, in its order: where each field begins and ends in `bytes`. */
  set(row: number, bytes: Uint8Array, from: ArrayLike<number>, to: ArrayLike<number>): void {
    let high = 0x811c9dc5 | 0;
    let low = 0x9747b28c | 0;
    const argsTo = to[0] as number;
    let left = MOST_PATTERN;
    let wasDigit = false;
    for (let i = from[0] as number; i < argsTo; i++) {
      let code = bytes[i] as number;
      // Bytes that go on with a character are none of their own.
      if ((code & 0xc0) !== 0x80 && left-- === 0) break;
      const isDigit = code >= DIGIT_0 && code <= DIGIT_9;
      if (isDigit && wasDigit) continue;
      wasDigit = isDigit;
      if (isDigit) code = HASH_SIGN;
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(((low << 5) | (low >>> 27)) ^ code, 0x9e3779b1);
    }
    for (let field = 1; field < FIELDS; field++) {
      const end = to[field] as number;
      let i = from[field] as number;
      // Its length stands between a field and the next one.
      high = Math.imul(high ^ (end - i), 0x01000193);
      low = Math.imul(((low << 5) | (low >>> 27)) ^ (end - i), 0x9e3779b1);
      for (; i + 4 <= end; i += 4) {
        const word = (bytes[i] as number) | ((bytes[i + 1] as number) << 8) | ((bytes[i + 2] as number) << 16);
        const four = word | ((bytes[i + 3] as number) << 24);
        high = Math.imul(high ^ (high >>> 15) ^ four, 0x01000193);
        low = Math.imul(((low << 5) | (low >>> 27)) ^ four, 0x9e3779b1);
      }
      for (; i < end; i++) {
        const code = bytes[i] as number;
        high = Math.imul(high ^ code, 0x01000193);
        low = Math.imul(((low << 5) | (low >>> 27)) ^ code, 0x9e3779b1);
      }
    }
    const cmd = FIELDS - 1;
    this.of[row] = this.find(high, low, bytes, from[cmd] as number, to[cmd] as number);
  }

  /** Numbers of these functions; `cmdOf` tells a row's. */
  cmdNumbers(cmds: readonly string[]): Set<number> {
    return new Set(cmds.flatMap((cmd) => this.cmdIds.get(cmd) ?? []));
  }

  cmdOf(row: number): number {
    return this.cmdOfKind[this.of[row] ?? 0] ?? -1;
  }

  private find(high: number, low: number, bytes: Uint8Array, cmdFrom: number, cmdTo: number): number {
    const mask = this.slots.length - 1;
    let slot = (high ^ (low >>> 7)) & mask;
    for (let kind = this.slots[slot] ?? 0; kind > 0; kind = this.slots[slot] ?? 0) {
      if (this.highOf[kind - 1] === high && this.lowOf[kind - 1] === low) return kind - 1;
      slot = (slot + 1) & mask;
    }
    return this.add(high, low, slot, Buffer.from(bytes.subarray(cmdFrom, cmdTo)).toString("utf8"));
  }

  private add(high: number, low: number, slot: number, cmd: string): number {
    const kind = this.kinds++;
    if (kind === this.highOf.length) this.grow();
    this.highOf[kind] = high;
    this.lowOf[kind] = low;
    this.cmdOfKind[kind] = this.cmdNumber(cmd);
    this.slots[slot] = kind + 1;
    if (this.kinds * 2 > this.slots.length) this.rehash();
    return kind;
  }

  private cmdNumber(cmd: string): number {
    const known = this.cmdIds.get(cmd);
    if (known !== undefined) return known;
    this.cmdIds.set(cmd, this.cmdIds.size);
    return this.cmdIds.size - 1;
  }

  private grow(): void {
    this.highOf = doubled(this.highOf);
    this.lowOf = doubled(this.lowOf);
    this.cmdOfKind = doubled(this.cmdOfKind);
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let kind = 0; kind < this.kinds; kind++) {
      let slot = ((this.highOf[kind] ?? 0) ^ ((this.lowOf[kind] ?? 0) >>> 7)) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = kind + 1;
    }
  }
}

function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2);
  larger.set(values);
  return larger;
}
