import { ReadableStream } from "node:stream/web";
import xzDecompress from "xz-decompress";
import type { ByteReader } from "./byte-reader.js";
import { noteTrailingBytes } from "./gunzip.js";
import { type Problem, sizeText } from "./limits.js";

const MAGIC = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
const FEED_BYTES = 1 << 16;

// The package lets one decoder at a time open, and an .xz inside a .tar.xz would wait for its own archive forever.
// Each decoder has its own context in the module, so they need not wait for each other.
Object.assign(xzDecompress.XzReadableStream, { _contextMutex: { acquire: async () => {}, release: () => {} } });

/** Decompresses xz, several streams in a row too; damage ends the output, with a problem. */
export async function* unxz(input: ByteReader, problems: Problem[]): AsyncGenerator<Uint8Array> {
  let total = 0;
  while (MAGIC.equals(await input.peek(MAGIC.length))) {
    let last: Uint8Array = new Uint8Array(0);
    let inputEnded = false;
    const feed = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const piece = await input.next(FEED_BYTES);
          if (piece === null) {
            inputEnded = true;
            controller.close();
          } else {
            last = piece;
            controller.enqueue(new Uint8Array(piece));
          }
        },
      },
      { highWaterMark: 0 }, // else a piece is taken before the decoder wants it, and can't be put back
    );
    const decoded = new xzDecompress.XzReadableStream(feed as globalThis.ReadableStream<Uint8Array>).getReader();
    try {
      for (;;) {
        const step = await decoded.read();
        if (step.done) break;
        total += step.value.length;
        if (step.value.length > 0) yield step.value;
      }
    } catch {
      const what = inputEnded ? "truncated" : "damaged";
      problems.push({ code: `${what}-xz`, text: `${what} xz after ${sizeText(total)}` });
      return;
    } finally {
      await decoded.cancel().catch(() => {});
    }
    input.unread(behindFooter(last));
  }
  await noteTrailingBytes(input, problems);
}

/**
 * What follows the end of an xz stream in the last piece fed. The decoder doesn't say how much it used, so the next
 * stream is found by the footer's `YZ`, padding in fours, and the magic of the next header.
 */
function behindFooter(piece: Uint8Array): Uint8Array {
  const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
  for (let at = bytes.indexOf(MAGIC); at >= 0; at = bytes.indexOf(MAGIC, at + 1)) {
    let end = at;
    while (end >= 4 && bytes.readUInt32LE(end - 4) === 0) end -= 4;
    if (end >= 2 && bytes.toString("latin1", end - 2, end) === "YZ") return piece.subarray(at);
  }
  return piece.subarray(piece.length);
}
