/**
 * Pulls bytes from a stream of chunks with look-ahead and put-back. Every layer of an archive reads from one, so that
 * nothing is read faster than the parser at the end takes it.
 */
export class ByteReader implements AsyncIterable<Uint8Array> {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private pending: Uint8Array | null = null;
  private ended = false;
  private given = 0;

  /** `spare`: where the source takes buffers from before it makes new ones. */
  constructor(
    source: AsyncIterable<Uint8Array>,
    private readonly spare: Uint8Array[] | null = null,
  ) {
    this.iterator = source[Symbol.asyncIterator]();
  }

  /** Bytes handed out so far, less what was put back. */
  get consumedBytes(): number {
    return this.given;
  }

  /** The next piece of at most `maxBytes`, null at the end. */
  async next(maxBytes = Number.POSITIVE_INFINITY): Promise<Uint8Array | null> {
    const chunk = this.pending ?? (await this.pull());
    if (chunk === null) return null;
    const piece = chunk.length > maxBytes ? chunk.subarray(0, maxBytes) : chunk;
    this.pending = piece.length < chunk.length ? chunk.subarray(piece.length) : null;
    this.given += piece.length;
    return piece;
  }

  /** The next `count` bytes without taking them; fewer only at the end. */
  async peek(count: number): Promise<Uint8Array> {
    let have = this.pending ?? new Uint8Array(0);
    while (have.length < count) {
      const more = await this.pull();
      if (more === null) break;
      have = have.length === 0 ? more : Buffer.concat([have, more]);
    }
    this.pending = have.length > 0 ? have : null;
    return have.length > count ? have.subarray(0, count) : have;
  }

  /** Takes exactly `count` bytes; fewer only at the end. */
  async read(count: number): Promise<Uint8Array> {
    const bytes = await this.peek(count);
    this.given += bytes.length;
    const rest = this.pending?.subarray(bytes.length);
    this.pending = rest !== undefined && rest.length > 0 ? rest : null;
    return bytes;
  }

  /** Drops up to `count` bytes; answers how many there were. */
  async skip(count: number): Promise<number> {
    let left = count;
    while (left > 0) {
      const piece = await this.next(left);
      if (piece === null) break;
      left -= piece.length;
    }
    return count - left;
  }

  /** Nobody needs these bytes any more: their memory may take those to come. */
  giveBack(piece: Uint8Array): void {
    if (piece.byteLength === piece.buffer.byteLength) this.spare?.push(piece);
  }

  unread(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.given -= bytes.length;
    this.pending = this.pending === null ? bytes : Buffer.concat([bytes, this.pending]);
  }

  async close(): Promise<void> {
    this.ended = true;
    this.pending = null;
    await this.iterator.return?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let piece = await this.next(); piece !== null; piece = await this.next()) yield piece;
  }

  private async pull(): Promise<Uint8Array | null> {
    while (!this.ended) {
      const step = await this.iterator.next();
      if (step.done === true) this.ended = true;
      else if (step.value.length > 0) return step.value;
    }
    return null;
  }
}

/** At most `size` bytes of `input`; `onEarlyEnd` hears how many came when there were fewer. */
export async function* take(
  input: ByteReader,
  size: number,
  onEarlyEnd: (had: number) => void,
): AsyncGenerator<Uint8Array> {
  let left = size;
  while (left > 0) {
    const piece = await input.next(left);
    if (piece === null) {
      onEarlyEnd(size - left);
      return;
    }
    left -= piece.length;
    yield piece;
  }
}

/** A reader over bytes that are all in memory. */
export function readerOf(...chunks: readonly Uint8Array[]): ByteReader {
  return new ByteReader(
    (async function* () {
      yield* chunks;
    })(),
  );
}
