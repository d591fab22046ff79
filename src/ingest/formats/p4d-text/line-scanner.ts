import { MINUS, NEWLINE, RETURN } from "./bytes.js";
import { LINE } from "./line-kinds.js";
import { LineTable } from "./line-table.js";
import { RegionFraming } from "./region-framing.js";

/** Input is worked through in pieces of this size: they stay in the cache of the processor, and huge chunks do not double memory. */
const PIECE_BYTES = 1 << 17;

/** A region larger than this is handed over in parts: nothing in a log can make memory grow without bound. */
const REGION_BYTES = 4 << 20;
const REGION_LINES = 100_000;

/** Receives the regions of a log in order; the table is only valid during the call. */
export interface RegionHandler {
  /** `leading`: the bytes before the first believable header. */
  region(table: LineTable, lines: number, leading: boolean): void;
}

/** Chunks to lines to regions, over one reused buffer. Any split of the input into chunks gives the same regions. */
export class LineScanner {
  /** Grows with the first bytes: there is a scanner for each of thousands of small fragments. */
  private buf = Buffer.alloc(0);
  private filled = 0;
  private lineStart = 0;
  private scanned = 0;
  /** Bytes of the unfinished line that were left out of the buffer because it is longer than the limit. */
  private leftOut = 0;
  /** File offset of a byte = its place in the buffer + this, as long as nothing was left out. */
  private shift = 0;
  private lineNo = 1;
  private sourceId: number;
  private openOrigin: { lineNo: number; offset: number; sourceId: number } | null = null;
  readonly table = new LineTable();
  readonly framing: RegionFraming;
  lines = 0;

  constructor(
    sourceId: number,
    private readonly maxLineBytes: number,
    private readonly handler: RegionHandler,
    leading: boolean,
  ) {
    this.sourceId = sourceId;
    this.framing = new RegionFraming(this.table, leading);
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) this.pushPiece(chunk.subarray(at, at + PIECE_BYTES));
  }

  /** What follows stands elsewhere: the unfinished line, if any, keeps its origin and goes on with the next bytes. */
  seek(sourceId: number, lineNo: number, byteOffset: number): void {
    const unfinished = this.filled > this.lineStart;
    if (unfinished && this.openOrigin === null) {
      this.openOrigin = { lineNo: this.lineNo, offset: this.lineStart + this.shift, sourceId: this.sourceId };
    }
    this.sourceId = sourceId;
    this.lineNo = lineNo;
    this.shift = byteOffset - this.filled;
  }

  /** The first bytes of what follows are this line of the file. */
  resumeAt(lineNo: number, byteOffset: number): void {
    this.seek(this.sourceId, lineNo, byteOffset);
    this.lines = lineNo - 1;
  }

  /** Where the region that is not handed over yet begins. */
  get regionStart(): { readonly lineNo: number; readonly byteOffset: number } {
    const { table } = this;
    if (table.count === 0) return { lineNo: this.lineNo, byteOffset: this.lineStart + this.shift };
    return { lineNo: table.lineNos[0] as number, byteOffset: table.offsets[0] as number };
  }

  /** True when the last line has no line end. */
  get unfinished(): boolean {
    return this.filled > this.lineStart;
  }

  /** Ends the last line; its lines stay in the table for the caller. */
  finish(): void {
    if (this.unfinished) this.endLine(this.filled, 0);
    this.lineStart = this.filled;
    this.scanned = this.filled;
  }

  /** Hands over what is pending and starts afresh in state "closed": the next bytes begin a block of their own. */
  flush(): void {
    this.finish();
    this.emit(this.table.count, false);
    this.framing.reset(false);
  }

  private pushPiece(piece: Uint8Array): void {
    this.makeRoom(piece.length);
    this.buf.set(piece, this.filled);
    this.filled += piece.length;
    this.scan();
    this.cutOpenLine();
    if (this.table.count > 0 && this.filled - (this.table.starts[0] as number) > REGION_BYTES + this.maxLineBytes) {
      this.emit(this.table.count, false);
    }
  }

  private makeRoom(bytes: number): void {
    const from = this.table.count > 0 ? (this.table.starts[0] as number) : this.lineStart;
    const needed = this.filled - from + bytes;
    const target = needed > this.buf.length ? Buffer.allocUnsafe(Math.max(needed, this.buf.length * 2)) : this.buf;
    if (target !== this.buf || from > 0) this.buf.copy(target, 0, from, this.filled);
    this.buf = target;
    this.table.buf = target;
    this.table.shift(from);
    this.filled -= from;
    this.lineStart -= from;
    this.scanned -= from;
    this.shift += from;
  }

  private scan(): void {
    const { buf, filled } = this;
    let pos = this.scanned;
    while (pos < filled) {
      if (buf[pos] === MINUS) {
        pos = this.trackLines(pos);
        if (pos >= filled) break;
      }
      const newline = buf.indexOf(NEWLINE, pos);
      if (newline < 0 || newline >= filled) break;
      this.endLine(newline, 1);
      pos = newline + 1;
      this.lineStart = pos;
    }
    this.scanned = filled;
  }

  /**
   * Takes whole `---` lines from `from` on, the start of a line, as long as there is nothing special about them; returns
   * where the next line begins. They are nine of ten, and nothing about them can end a region.
   */
  private trackLines(from: number): number {
    const { table, framing } = this;
    if (this.leftOut > 0 || this.openOrigin !== null || !framing.trusted || this.lineStart !== from) return from;
    const { buf, filled, shift, sourceId, maxLineBytes } = this;
    const { starts, ends, offsets, lengths, lineNos, sourceIds, kinds, cuts } = table;
    const most = Math.min(starts.length, REGION_LINES - 1);
    let { count } = table;
    let pos = from;
    let { lineNo } = this;
    while (count < most && buf[pos] === MINUS && buf[pos + 1] === MINUS && buf[pos + 2] === MINUS) {
      const newline = buf.indexOf(NEWLINE, pos);
      if (newline < 0 || newline >= filled || newline - pos > maxLineBytes) break;
      starts[count] = pos;
      ends[count] = buf[newline - 1] === RETURN ? newline - 1 : newline;
      offsets[count] = pos + shift;
      lengths[count] = newline + 1 - pos;
      lineNos[count] = lineNo++;
      sourceIds[count] = sourceId;
      kinds[count] = LINE.track;
      cuts[count] = 0;
      count++;
      pos = newline + 1;
    }
    this.lines += count - table.count;
    this.lineNo = lineNo;
    this.lineStart = pos;
    table.count = count;
    return pos;
  }

  private endLine(end: number, terminator: number): void {
    const start = this.lineStart;
    const cut = this.leftOut > 0 || end - start > this.maxLineBytes;
    let textEnd = end;
    if (cut) textEnd = start + this.maxLineBytes;
    else if (terminator === 1 && textEnd > start && this.buf[textEnd - 1] === RETURN) textEnd--;
    const origin = this.openOrigin;
    const length = end - start + this.leftOut + terminator;
    let kind: number;
    if (origin === null) {
      kind = this.table.add(start, textEnd, start + this.shift, length, this.lineNo, this.sourceId, cut);
      this.lineNo++;
    } else {
      kind = this.table.add(start, textEnd, origin.offset, length, origin.lineNo, origin.sourceId, cut);
      this.lineNo++; // the first line of what was sought is the rest of this one
      this.openOrigin = null;
    }
    this.lines++;
    if (this.leftOut > 0) {
      this.shift += this.leftOut;
      this.leftOut = 0;
    }
    const ready = this.framing.frame(kind, cut);
    if (ready >= 0) this.emit(ready, this.framing.leadingRegion);
    else if (this.table.count >= REGION_LINES) this.emit(this.table.count, false);
  }

  /** Keeps one byte more than the limit of an unfinished long line, so that it is still known to be too long. */
  private cutOpenLine(): void {
    const keep = this.maxLineBytes + 1;
    const excess = this.filled - this.lineStart - keep;
    if (excess <= 0) return;
    this.leftOut += excess;
    this.filled -= excess;
    this.scanned = this.filled;
  }

  private emit(lines: number, leading: boolean): void {
    if (lines > 0) {
      this.handler.region(this.table, lines, leading);
      this.table.drop(lines);
    }
    this.framing.regionDone();
  }
}
