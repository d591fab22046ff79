import { ReadableStream } from "node:stream/web";
import xzDecompress from "xz-decompress";
import type { ByteReader } from "./byte-reader.js";
import { type Problem, sizeText } from "./limits.js";

const FEED_BYTES = 1 << 16;

// The package lets one decoder at a time open, and an .xz inside a .tar.xz would wait for its own archive forever.
// Each decoder has its own context in the module, so they need not wait for each other.
Object.assign(xzDecompress.XzReadableStream, { _contextMutex: { acquire: async () => {}, release: () => {} } });

/** Decompresses xz; the decoder itself goes on with streams put behind each other. Damage ends the output, with a problem. */
export async function* unxz(input: ByteReader, problems: Problem[]): AsyncGenerator<Uint8Array> {
  let total = 0;
  let inputEnded = false;
  const feed = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await input.next(FEED_BYTES);
        inputEnded = piece === null;
        if (piece === null) controller.close();
        else controller.enqueue(piece);
      },
    },
    { highWaterMark: 0 }, // read no further than the decoder got, else damage near the end looks like the end
  );
  const decoded = new xzDecompress.XzReadableStream(feed as globalThis.ReadableStream<Uint8Array>).getReader();
  try {
    for (;;) {
      const step = await decoded.read();
      if (step.done) return;
      total += step.value.length;
      yield step.value;
    }
  } catch {
    const what = inputEnded ? "truncated" : "damaged";
    problems.push({ code: `${what}-xz`, text: `${what} xz after ${sizeText(total)}` });
  } finally {
    await decoded.cancel().catch(() => {});
  }
}
