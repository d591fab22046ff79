import type { FileHandle } from "node:fs/promises";

const CHUNK_BYTES = 1 << 20;

/**
 * Bytes [fromByte, toByte) of a file, each piece in a buffer of its own so that it can be handed to a worker; `spare`:
 * pieces that may be overwritten. While one is looked at the next is read; not of a pipe (`toByte` null), of which
 * nobody knows when it will give more. Ends early where the file does; throws what reading throws.
 */
export async function* diskChunks(
  handle: FileHandle,
  fromByte: number,
  toByte: number | null,
  spare: Uint8Array[] = [],
): AsyncGenerator<Uint8Array> {
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
      at += chunk.length;
      if (toByte !== null && at < toByte) {
        ahead = read(at);
        ahead.catch(() => undefined); // told when its turn comes
      }
      yield chunk;
    }
  } finally {
    await ahead?.catch(() => undefined);
  }
}
