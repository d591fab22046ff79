import { kindOfLine } from "./line-kinds.js";

/** Few, for most fragments are a block of some lines. */
const FIRST_LINES = 16;

/**
 * The lines of one region of a log (a header line and everything up to the next believable header): where each lies in
 * the buffer and where it came from. Parallel arrays, reused from region to region.
 */
export class LineTable {
  buf: Buffer = Buffer.alloc(0);
  count = 0;
  /** Text of line i: buf[starts[i], ends[i]), without line end. */
  starts = new Int32Array(FIRST_LINES);
  ends = new Int32Array(FIRST_LINES);
  /** Byte offset in its file and length including the line end (and what was cut). */
  offsets = new Float64Array(FIRST_LINES);
  lengths = new Float64Array(FIRST_LINES);
  lineNos = new Float64Array(FIRST_LINES);
  sourceIds = new Int32Array(FIRST_LINES);
  /** What each line is by its first bytes, see LINE. */
  kinds = new Uint8Array(FIRST_LINES);
  /** 1 where the line was longer than the limit. */
  cuts = new Uint8Array(FIRST_LINES);

  add(
    start: number,
    end: number,
    offset: number,
    length: number,
    lineNo: number,
    sourceId: number,
    cut: boolean,
  ): number {
    if (this.count === this.starts.length) this.grow();
    const i = this.count++;
    this.starts[i] = start;
    this.ends[i] = end;
    this.offsets[i] = offset;
    this.lengths[i] = length;
    this.lineNos[i] = lineNo;
    this.sourceIds[i] = sourceId;
    this.cuts[i] = cut ? 1 : 0;
    const kind = kindOfLine(this.buf, start, end);
    this.kinds[i] = kind;
    return kind;
  }

  /** Forgets the first `lines` lines. */
  drop(lines: number): void {
    const left = this.count - lines;
    for (let to = 0; to < left; to++) this.move(to + lines, to);
    this.count = left;
  }

  /** Follows a move of the buffer's content towards its front. */
  shift(bytes: number): void {
    for (let i = 0; i < this.count; i++) {
      this.starts[i] = (this.starts[i] as number) - bytes;
      this.ends[i] = (this.ends[i] as number) - bytes;
    }
  }

  /** Shortens the text of the last line where that has no line end; its length in the file stays what it is. */
  trimLast(trimmed: (line: Uint8Array) => Uint8Array): void {
    const last = this.count - 1;
    const start = this.starts[last] as number;
    const end = this.ends[last] as number;
    if (this.lengths[last] !== end - start) return;
    this.ends[last] = start + trimmed(this.buf.subarray(start, end)).length;
  }

  text(line: number): string {
    return this.buf.toString("utf8", this.starts[line] as number, this.ends[line] as number);
  }

  private move(from: number, to: number): void {
    this.starts[to] = this.starts[from] as number;
    this.ends[to] = this.ends[from] as number;
    this.offsets[to] = this.offsets[from] as number;
    this.lengths[to] = this.lengths[from] as number;
    this.lineNos[to] = this.lineNos[from] as number;
    this.sourceIds[to] = this.sourceIds[from] as number;
    this.cuts[to] = this.cuts[from] as number;
    this.kinds[to] = this.kinds[from] as number;
  }

  private grow(): void {
    const size = this.starts.length * 2;
    this.starts = copied(new Int32Array(size), this.starts);
    this.ends = copied(new Int32Array(size), this.ends);
    this.offsets = copied(new Float64Array(size), this.offsets);
    this.lengths = copied(new Float64Array(size), this.lengths);
    this.lineNos = copied(new Float64Array(size), this.lineNos);
    this.sourceIds = copied(new Int32Array(size), this.sourceIds);
    this.cuts = copied(new Uint8Array(size), this.cuts);
    this.kinds = copied(new Uint8Array(size), this.kinds);
  }
}

function copied<T extends Int32Array | Float64Array | Uint8Array>(into: T, from: T): T {
  into.set(from as never);
  return into;
}
