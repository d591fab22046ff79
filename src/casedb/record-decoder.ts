const INT32 = 0x100000000;
/** Bytes of a value by its serial type, up to 9; 10 and 11 do not occur in files. */
const LENGTHS = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

/**
 * Reads chosen columns of rows as SQLite stores them (https://sqlite.org/fileformat2.html, "Record Format"); the
 * counterpart of CellEncoder. One of these serves all rows of a table.
 */
export class RecordDecoder {
  rowId = 0;
  /** By place in `wanted`: whole numbers, or what stands for NULL; 0 for a text. */
  readonly numbers: Float64Array;
  /** By place in `wanted`: where a text begins and ends; the same twice for NULL. Without meaning for a number. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  private readonly places: Int16Array;
  private readonly nulls: Float64Array;
  private at = 0;

  /**
   * `columns`: those of the table as they are stored; `wanted`: those to be read, with what stands for NULL in one of
   * numbers. Throws for a column that the table does not have.
   */
  constructor(
    columns: readonly string[],
    wanted: readonly { readonly name: string; readonly ifNull: number }[],
    private readonly usableBytes: number,
  ) {
    const indexes = wanted.map(({ name }) => columns.indexOf(name));
    if (indexes.includes(-1)) throw new Error(`the table has not all of ${wanted.map(({ name }) => name).join(", ")}`);
    this.places = new Int16Array(Math.max(...indexes) + 1).fill(-1);
    indexes.forEach((index, place) => {
      this.places[index] = place;
    });
    this.nulls = Float64Array.from(wanted, ({ ifNull }) => ifNull);
    this.numbers = new Float64Array(wanted.length);
    this.from = new Uint32Array(wanted.length);
    this.to = new Uint32Array(wanted.length);
  }

  /**
   * Reads the cell at `at`. False when a wanted value lies in other pages, or the row is not as it should be: then only
   * `rowId` and what stands at the front of the row are good.
   */
  read(bytes: Uint8Array, at: number, end: number): boolean {
    this.at = at;
    const payload = this.varint(bytes);
    this.rowId = this.varint(bytes);
    const stop = this.at + this.localBytes(payload);
    if (stop > end) return false;
    let head = this.at;
    let body = head + this.varint(bytes);
    const headEnd = body;
    head = this.at;
    const { places, numbers, nulls, from, to } = this;
    for (let column = 0; column < places.length; column++) {
      // NULLs at the end of a row are not said.
      let type = head < headEnd ? (bytes[head++] as number) : 0;
      if (type >= 0x80) {
        this.at = head - 1;
        type = this.varint(bytes);
        head = this.at;
      }
      const length = type < 10 ? (LENGTHS[type] as number) : (type - 12) >> 1;
      const place = places[column] as number;
      if (place >= 0) {
        if (body + length > stop) return false;
        if (type >= 12) {
          numbers[place] = 0;
          from[place] = body;
          to[place] = body + length;
        } else if (type > 0) numbers[place] = type >= 8 ? type - 8 : integer(bytes, body, length);
        else {
          numbers[place] = nulls[place] as number;
          from[place] = 0;
          to[place] = 0;
        }
      }
      body += length;
    }
    return headEnd <= stop;
  }

  /** How much of a row stands in its page. */
  private localBytes(payload: number): number {
    const usable = this.usableBytes;
    if (payload <= usable - 35) return payload;
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const local = least + ((payload - least) % (usable - 4));
    return local <= usable - 35 ? local : least;
  }

  /** From `this.at`, which moves behind it. */
  private varint(bytes: Uint8Array): number {
    let value = 0;
    for (let i = 0; i < 8; i++) {
      const byte = bytes[this.at++] ?? 0;
      value = value * 0x80 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    return value * 0x100 + (bytes[this.at++] ?? 0);
  }
}

/** Big-endian, signed, of 1, 2, 3, 4, 6 or 8 bytes. */
function integer(bytes: Uint8Array, at: number, length: number): number {
  const first = ((bytes[at] as number) << 24) >> 24;
  if (length === 1) return first;
  if (length === 2) return first * 0x100 + (bytes[at + 1] as number);
  if (length === 3) return first * 0x10000 + (bytes[at + 1] as number) * 0x100 + (bytes[at + 2] as number);
  const low = word(bytes, at + length - 4);
  if (length === 4) return low | 0;
  if (length === 6) return (first * 0x100 + (bytes[at + 1] as number)) * INT32 + low;
  return (word(bytes, at) | 0) * INT32 + low;
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0
  );
}
