import { type FileHandle, open } from "node:fs/promises";
import { blockHead, nextBlock } from "./log-block.js";

/** Long enough to hold several block heads of a busy log. */
const PROBE_BYTES = 1 << 18;

/**
 * Bisects a plain P4LOG for an offset before which no line was written at or after `timeS`; 0 when in doubt. Times go
 * up along the log but for track blocks, which carry the start of their command: a probe's latest time counts.
 */
export async function seekTime(path: string, sizeBytes: number, timeS: number): Promise<number> {
  const handle = await open(path, "r");
  try {
    let low = 0;
    let high = sizeBytes;
    while (high - low > PROBE_BYTES) {
      const middle = Math.floor((low + high) / 2);
      const latest = await latestTime(handle, middle);
      if (latest !== null && latest < timeS) low = middle;
      else high = middle;
    }
    return low;
  } finally {
    await handle.close();
  }
}

async function latestTime(handle: FileHandle, offset: number): Promise<number | null> {
  const buffer = Buffer.alloc(PROBE_BYTES);
  const { bytesRead } = await handle.read(buffer, 0, PROBE_BYTES, offset);
  const bytes = buffer.subarray(0, bytesRead);
  let latest: number | null = null;
  for (let at = nextBlock(bytes, 1); at >= 0; at = nextBlock(bytes, at + 1)) {
    const time = blockHead(bytes, at, bytes.length)?.timeS ?? null;
    if (time !== null && (latest === null || time > latest)) latest = time;
  }
  return latest;
}
