import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { diskChunks } from "./disk-chunks.js";

const CHUNK_BYTES = 1 << 20;

/** A file that is held open: what is compared and what is read after it is one file, whatever takes its name meanwhile. */
export class HeldFile {
  /** Why `chunks` ended early, where reading failed. */
  failure: unknown = null;

  private constructor(private readonly handle: FileHandle) {}

  /** `followLink`: false where the file was found, not named. Throws what `open` throws. */
  static async open(path: string, followLink: boolean): Promise<HeldFile> {
    return new HeldFile(await open(path, constants.O_RDONLY | (followLink ? 0 : constants.O_NOFOLLOW)));
  }

  /**
   * Hands over bytes [from, to) in pieces, the next one being read meanwhile; a piece is valid only during the call.
   * Returns how many bytes there were.
   */
  async scan(from: number, to: number, take: (piece: Uint8Array) => void): Promise<number> {
    let [ready, next] = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)];
    const read = (into: Buffer, at: number) =>
      at >= to ? null : this.handle.read(into, 0, Math.min(CHUNK_BYTES, to - at), at);
    let at = from;
    for (let pending = read(ready, at); pending !== null; ) {
      const { bytesRead } = await pending;
      if (bytesRead === 0) break;
      at += bytesRead;
      pending = read(next, at);
      take(ready.subarray(0, bytesRead));
      [ready, next] = [next, ready];
    }
    return at - from;
  }

  /** Bytes [from, to) as `diskChunks` gives them; fewer where the file ends early or can't be read. */
  async *chunks(from: number, to: number): AsyncGenerator<Uint8Array> {
    try {
      yield* diskChunks(this.handle, from, to);
    } catch (error) {
      this.failure = error;
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
