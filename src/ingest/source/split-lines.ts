/** One line without its end. Positions as in contracts/evidence: lines from 1, bytes from 0, length with the newline. */
export interface Line {
  readonly text: string;
  readonly lineNo: number;
  readonly byteOffset: number;
  readonly byteLength: number;
  /** Longer than the limit: `text` holds only its beginning. */
  readonly cut: boolean;
}

const NEWLINE = 10;
const RETURN = 13;

/**
 * Splits chunks into lines for the low-volume formats. Ends are LF or CRLF; bytes that are no UTF-8 become U+FFFD; the
 * last line needs no end. Every byte belongs to exactly one line.
 */
export class LineSplitter {
  private parts: Uint8Array[] = [];
  private keptBytes = 0;
  private lineBytes = 0;
  private lineNo = 1;
  private byteOffset = 0;

  constructor(
    private readonly maxLineBytes: number,
    private readonly onLine: (line: Line) => void,
  ) {}

  push(chunk: Uint8Array): void {
    let start = 0;
    while (start < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, start);
      const end = newline < 0 ? chunk.length : newline + 1;
      this.keep(chunk.subarray(start, end));
      if (newline >= 0) this.finish(1);
      start = end;
    }
  }

  end(): void {
    if (this.lineBytes > 0) this.finish(0);
  }

  private keep(piece: Uint8Array): void {
    const room = this.maxLineBytes - this.keptBytes;
    if (room > 0) {
      const kept = piece.length > room ? piece.subarray(0, room) : piece;
      this.parts.push(kept);
      this.keptBytes += kept.length;
    }
    this.lineBytes += piece.length;
  }

  private finish(newlineBytes: number): void {
    const bytes = this.parts.length === 1 ? Buffer.from(this.parts[0] ?? []) : Buffer.concat(this.parts);
    let end = bytes.length;
    if (bytes[end - 1] === NEWLINE) end--;
    if (bytes[end - 1] === RETURN) end--;
    const { lineNo, byteOffset, lineBytes } = this;
    const cut = lineBytes - newlineBytes > this.keptBytes;
    this.lineNo++;
    this.byteOffset += lineBytes;
    this.parts = [];
    this.keptBytes = 0;
    this.lineBytes = 0;
    this.onLine({ text: decode(bytes.subarray(0, end), lineNo), lineNo, byteOffset, byteLength: lineBytes, cut });
  }
}

function decode(bytes: Buffer, lineNo: number): string {
  const text = bytes.toString("utf8");
  return lineNo === 1 && text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** How much of a file the formats see to recognise it. */
export const SNIFF_BYTES = 1 << 16;

/** The first lines of a head, for sniffing; a last line that the head cuts through is left out. */
export function headLines(head: Uint8Array, limit = 400): string[] {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString("utf8");
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/, limit);
  if (head.length >= SNIFF_BYTES && lines.length < limit) lines.pop();
  return lines;
}
