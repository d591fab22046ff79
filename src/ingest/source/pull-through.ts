import type { Transform } from "node:stream";
import type { ByteReader } from "./byte-reader.js";

/**
 * Small enough that a bomb is noticed soon, and that little is lost to damage: zlib gives out nothing of a piece that it
 * fails on. Large enough to keep zlib busy; eight times as much is a tenth faster.
 */
const FEED_BYTES = 1 << 13;

/** Output buffer of zlib: four times the throughput of the default 16 kB. */
export const OUTPUT_BYTES = 1 << 20;

/**
 * Runs a decompressing transform by pulling: it gets input only while nobody has output left to take. Never throws for
 * bad content: returns the error of the transform, or null when its stream ended. Input behind that end is put back,
 * so the transform has to count what it used in `bytesWritten`, as zlib does.
 */
export async function* pullThrough(
  transform: Transform & { readonly bytesWritten: number },
  input: ByteReader,
): AsyncGenerator<Uint8Array, Error | null> {
  const state = { error: null as Error | null, ended: false, writing: false, wake: () => {} };
  const note = (change: () => void) => () => {
    change();
    state.wake();
  };
  transform.on("readable", () => state.wake());
  transform.on(
    "end",
    note(() => (state.ended = true)),
  );
  transform.on("error", (error: Error) => note(() => (state.error = error))());
  let last: Uint8Array | null = null;
  let fedBytes = 0;
  let inputDone = false;
  try {
    for (;;) {
      const chunk = transform.read() as Buffer | null;
      if (chunk !== null) {
        yield chunk;
      } else if (state.error !== null || state.ended) {
        break;
      } else if (state.writing || inputDone || transform.bytesWritten < fedBytes) {
        // A transform that leaves input untouched has met its end and is about to say so.
        await new Promise<void>((resolve) => {
          state.wake = resolve;
        });
      } else {
        const piece = await input.next(FEED_BYTES);
        if (piece === null) {
          inputDone = true;
          transform.end();
          continue;
        }
        last = piece;
        fedBytes += piece.length;
        state.writing = true;
        transform.write(
          piece,
          note(() => (state.writing = false)),
        );
      }
    }
    if (last !== null && state.error === null)
      input.unread(last.subarray(last.length - (fedBytes - transform.bytesWritten)));
    return state.error;
  } finally {
    transform.on("error", () => {});
    transform.destroy();
  }
}
