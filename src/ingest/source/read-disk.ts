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

/** The chunks of a file, each in a buffer of its own so that it can be handed to a worker. */
export async function* readDisk(range: DiskRange, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const { path, fromByte, toByte, followLink } = range;
  const handle = await open(path, followLink ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    for (let at = fromByte; toByte === null || at < toByte; ) {
      const wanted = toByte === null ? CHUNK_BYTES : Math.min(CHUNK_BYTES, toByte - at);
      const buffer = Buffer.allocUnsafeSlow(wanted);
      const { bytesRead } = await handle.read(buffer, 0, wanted, toByte === null ? null : at);
      if (bytesRead === 0) return;
      onRead(bytesRead);
      at += bytesRead;
      yield bytesRead === wanted ? buffer : buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
