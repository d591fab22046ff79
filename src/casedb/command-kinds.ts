/** Characters of the arguments that make a kind. */
export const MOST_PATTERN = 200;

/** What a kind is known by, arguments first; NUL stands between, as it can't in a line of the log. */
export const KIND_COLUMNS = ["args", "user", "app", "ip", "cmd"] as const;
const FIELDS = KIND_COLUMNS.length;
const CMD = FIELDS - 1;
export const KIND_TEXT = [`substr(args, 1, ${MOST_PATTERN})`, ...KIND_COLUMNS.slice(1)]
  .map((column) => `coalesce(${column}, '')`)
  .join(" || char(0) || ");

/** No field is known by number. */
const NO_NUMBERS = new Float64Array(FIELDS);
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
  /** Hashes of `names` by their numbers, which count from 1. */
  private nameHigh = new Int32Array(0);
  private nameLow = new Int32Array(0);
  private names: readonly string[] = [];
  /** Hash of the text that was looked at last. */
  private high = 0;
  private low = 0;

  constructor(rows: number) {
    this.of = new Int32Array(rows);
  }

  get count(): number {
    return this.kinds;
  }

  /** The names that rows from now on may have by number: those of command_name, from 1 on. */
  setNames(names: readonly string[]): void {
    this.names = names;
    this.nameHigh = new Int32Array(names.length + 1);
    this.nameLow = new Int32Array(names.length + 1);
    names.forEach((name, index) => {
      const bytes = Buffer.from(name, "utf8");
      this.hashName(bytes, 0, bytes.length);
      this.nameHigh[index + 1] = this.high;
      this.nameLow[index + 1] = this.low;
    });
  }

  /** `text`: KIND_TEXT of the command in this row. */
  setText(row: number, text: string): void {
    const bytes = Buffer.from(text, "utf8");
    let from = 0;
    for (let field = 0; field < FIELDS; field++) {
      const to = field === CMD ? bytes.length : bytes.indexOf(0, from);
      this.fieldFrom[field] = from;
      this.fieldTo[field] = to;
      from = to + 1;
    }
    this.set(row, bytes, this.fieldFrom, this.fieldTo, NO_NUMBERS);
  }

  /**
   * What KIND_TEXT is made of, in its order: where each field begins and ends in `bytes`, or, where `ids` has more than
   * 0, the number of the name.
   */
  set(row: number, bytes: Uint8Array, from: ArrayLike<number>, to: ArrayLike<number>, ids: ArrayLike<number>): void {
    this.hashArgs(bytes, from[0] as number, to[0] as number);
    let { high, low } = this;
    for (let field = 1; field < FIELDS; field++) {
      const id = ids[field] as number;
      if (id === 0) this.hashName(bytes, from[field] as number, to[field] as number);
      const fieldHigh = id > 0 ? (this.nameHigh[id] as number) : this.high;
      const fieldLow = id > 0 ? (this.nameLow[id] as number) : this.low;
      high = Math.imul(high ^ (high >>> 15) ^ fieldHigh, 0x01000193);
      low = Math.imul(((low << 5) | (low >>> 27)) ^ fieldLow, 0x9e3779b1);
    }
    const known = this.find(high, low);
    if (known >= 0) this.of[row] = known;
    else {
      const cmd = ids[CMD] as number;
      const text = Buffer.from(bytes.subarray(from[CMD], to[CMD])).toString("utf8");
      this.of[row] = this.add(high, low, cmd > 0 ? (this.names[cmd - 1] ?? "") : text);
    }
  }

  private hashArgs(bytes: Uint8Array, from: number, to: number): void {
    let high = 0x811c9dc5 | 0;
    let low = 0x9747b28c | 0;
    let left = MOST_PATTERN;
    let wasDigit = false;
    for (let i = from; i < to; i++) {
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
    this.high = high;
    this.low = low;
  }

  private hashName(bytes: Uint8Array, from: number, to: number): void {
    let high = 0x811c9dc5 | 0;
    let low = 0x9747b28c | 0;
    for (let i = from; i < to; i++) {
      high = Math.imul(high ^ (bytes[i] as number), 0x01000193);
      low = Math.imul(((low << 5) | (low >>> 27)) ^ (bytes[i] as number), 0x9e3779b1);
    }
    this.high = high;
    this.low = low;
  }

  /** Numbers of these functions; `cmdOf` tells a row's. */
  cmdNumbers(cmds: readonly string[]): Set<number> {
    return new Set(cmds.flatMap((cmd) => this.cmdIds.get(cmd) ?? []));
  }

  cmdOf(row: number): number {
    return this.cmdOfKind[this.of[row] ?? 0] ?? -1;
  }

  /** The kind with this hash, or -1. */
  private find(high: number, low: number): number {
    for (let slot = this.slotOf(high, low); ; slot++) {
      const kind = (this.slots[slot & (this.slots.length - 1)] as number) - 1;
      if (kind < 0 || (this.highOf[kind] === high && this.lowOf[kind] === low)) return kind;
    }
  }

  private add(high: number, low: number, cmd: string): number {
    const kind = this.kinds++;
    if (kind === this.highOf.length) this.grow();
    this.highOf[kind] = high;
    this.lowOf[kind] = low;
    this.cmdOfKind[kind] = this.cmdNumber(cmd);
    if (this.kinds * 2 > this.slots.length) this.rehash();
    else this.place(kind);
    return kind;
  }

  private place(kind: number): void {
    const mask = this.slots.length - 1;
    let slot = this.slotOf(this.highOf[kind] as number, this.lowOf[kind] as number) & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = kind + 1;
  }

  private slotOf(high: number, low: number): number {
    return high ^ (low >>> 7);
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
    for (let kind = 0; kind < this.kinds; kind++) this.place(kind);
  }
}

function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2);
  larger.set(values);
  return larger;
}
