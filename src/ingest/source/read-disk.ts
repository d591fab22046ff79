import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { diskChunks } from "./disk-chunks.js";

export interface DiskRange {
  readonly path: string;
  readonly fromByte: number;
  /** End of the range, null for a pipe. A regular file is read up to the length it was listed with: a live log grows. */
  readonly toByte: number | null;
  /** False where the file was found, not named: it may have become a link since. */
  readonly followLink: boolean;
}

/** The chunks of a file; see `diskChunks`. */
export async function* readDisk(
  range: DiskRange,
  onRead: (bytes: number) => void,
  spare: Uint8Array[],
): AsyncGenerator<Uint8Array> {
  const { path, fromByte, toByte, followLink } = range;
  const handle = await open(path, followLink ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    for await (const chunk of diskChunks(handle, fromByte, toByte, spare)) {
      onRead(chunk.length);
      yield chunk;
    }
  } finally {
    await handle.close();
  }
}
