import { constants } from "node:fs";
import { open } from "node:fs/promises";

const CHUNK_BYTES = 1 << 20;

export interface DiskRange {
  readonly path: string;
  readonly fromByte: number;
  /** End of the range, null for a pipe. A regular file is read up to the length it was listed with: a live log grows. */
  readonly toByte: number | null;
  /** False where the file was found, not named: it may have become a link since. */
  readonly followLink: boolean;
}

/**
 * The chunks of a file, each in a buffer of its own so that it can be handed to a worker; `spare`: chunks that may be
 * overwritten. While one is looked at the next is read; not of a pipe, of which nobody knows when it will give more.
 */
export async function* readDisk(
  range: DiskRange,
  onRead: (bytes: number) => void,
  spare: Uint8Array[],
): AsyncGenerator<Uint8Array> {
  const { path, fromByte, toByte, followLink } = range;
  const handle = await open(path, followLink ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NOFOLLOW);
  const read = (at: number): Promise<Uint8Array> => {
    const wanted = toByte === null ? CHUNK_BYTES : Math.min(CHUNK_BYTES, toByte - at);
    const used = spare.pop();
    const buffer = used?.length === wanted ? used : Buffer.allocUnsafeSlow(wanted);
    return handle
      .read(buffer, 0, wanted, toByte === null ? null : at)
      .then(({ bytesRead }) => (bytesRead === wanted ? buffer : buffer.subarray(0, bytesRead)));
  };
  let ahead: Promise<Uint8Array> | null = null;
  try {
    for (let at = fromByte; toByte === null || at < toByte; ) {
      const chunk: Uint8Array = await (ahead ?? read(at));
      ahead = null;
      if (chunk.length === 0) return;
      onRead(chunk.length);
      at += chunk.length;
      if (toByte !== null && at < toByte) {
        ahead = read(at);
        ahead.catch(() => undefined); // told when its turn comes
      }
      yield chunk;
    }
  } finally {
    await ahead?.catch(() => undefined);
    await handle.close();
  }
}
