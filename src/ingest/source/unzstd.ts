import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import { Decompress } from "fzstd";
import { ByteReader } from "./byte-reader.js";
import { noteTrailingBytes } from "./gunzip.js";
import { type Problem, sizeText } from "./limits.js";
import { isZstdFrame } from "./magic.js";
import { OUTPUT_BYTES, pullThrough } from "./pull-through.js";

type ZstdTransform = Transform & { readonly bytesWritten: number };

/** In node since 22.15. */
const createNative = (zlib as unknown as { createZstdDecompress?: (options: object) => ZstdTransform })
  .createZstdDecompress;

/** The window a decoder has to keep in memory; zstd's own tool refuses more than this without being asked. */
const MAX_WINDOW_BYTES = 128 << 20;

const FRAME_MAGIC = 0xfd2fb528;

type Damage = "truncated" | "damaged" | "oversized";

/** Decompresses zstd, several frames in a row too, and skippable frames; damage ends the output, with a problem. */
export async function* unzstd(
  input: ByteReader,
  problems: Problem[],
  native = createNative !== undefined,
): AsyncGenerator<Uint8Array> {
  let total = 0;
  while (isZstdFrame(await input.peek(4))) {
    const frame = native ? nativeFrame(input) : scriptFrame(input);
    for (let step = await frame.next(); ; step = await frame.next()) {
      if (step.done !== true) {
        total += step.value.length;
        yield step.value;
        continue;
      }
      if (step.value === null) break;
      const text =
        step.value === "oversized"
          ? `zstd frame with a window over ${sizeText(MAX_WINDOW_BYTES)} not read`
          : `${step.value} zstd after ${sizeText(total)}`;
      problems.push({ code: `${step.value}-zstd`, text });
      return;
    }
  }
  await noteTrailingBytes(input, problems);
}

/** Node 22's decoder ends without a word when its input does, Node 24's fails: the walk over the blocks tells a torn frame. */
async function* nativeFrame(input: ByteReader): AsyncGenerator<Uint8Array, Damage | null> {
  if (createNative === undefined) return "damaged";
  // A decoder that is given nothing at all fails on Node 24.
  if (Buffer.from(await input.peek(4)).readUInt32LE(0) !== FRAME_MAGIC) return yield* frameParts(input);
  let damage: Damage | null = null;
  const parts = new ByteReader(
    (async function* () {
      damage = yield* frameParts(input);
    })(),
  );
  const error = yield* pullThrough(createNative({ chunkSize: OUTPUT_BYTES }), parts);
  return damage ?? (error === null ? null : "damaged");
}

/** The decoder in JavaScript pushes out all it can at once: it gets one block at a time, 128 kB of output at most. */
async function* scriptFrame(input: ByteReader): AsyncGenerator<Uint8Array, Damage | null> {
  const out: Uint8Array[] = [];
  const decoder = new Decompress((data) => out.push(data));
  const parts = frameParts(input);
  for (let step = await parts.next(); ; step = await parts.next()) {
    if (step.done === true) return step.value;
    try {
      decoder.push(step.value);
    } catch {
      return "damaged";
    }
    yield* out.splice(0);
  }
}

/** One frame as header, blocks and checksum (RFC 8878); nothing for a skippable frame. */
async function* frameParts(input: ByteReader): AsyncGenerator<Uint8Array, Damage | null> {
  const head = Buffer.from(await input.peek(18));
  if (head.length < 8) return "truncated";
  if (head.readUInt32LE(0) !== FRAME_MAGIC) {
    const size = 8 + head.readUInt32LE(4);
    return (await input.skip(size)) === size ? null : "truncated";
  }
  const frame = frameHeader(Buffer.concat([head, Buffer.alloc(18)])); // a very short frame may end before byte 18
  if (frame.windowBytes > MAX_WINDOW_BYTES) return "oversized";
  yield await input.read(frame.headerBytes);
  for (let last = false; !last; ) {
    const block = Buffer.from(await input.peek(3));
    if (block.length < 3) return "truncated";
    const bits = block.readUIntLE(0, 3);
    last = (bits & 1) === 1;
    const isRun = ((bits >> 1) & 3) === 1; // a run-length block holds one byte, whatever its size says
    const size = 3 + (isRun ? 1 : bits >> 3);
    const bytes = await input.read(size);
    if (bytes.length < size) return "truncated";
    yield bytes;
  }
  if (frame.checksumBytes === 0) return null;
  const checksum = await input.read(4);
  if (checksum.length < 4) return "truncated";
  yield checksum;
  return null;
}

interface FrameHeader {
  readonly headerBytes: number;
  readonly windowBytes: number;
  readonly checksumBytes: number;
}

function frameHeader(head: Buffer): FrameHeader {
  const descriptor = head[4] ?? 0;
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const sizeAt = 5 + (singleSegment ? 0 : 1) + dictionaryBytes;
  const headerBytes = sizeAt + sizeBytes;
  let windowBytes = 0;
  if (singleSegment) {
    const low =
      sizeBytes >= 4
        ? head.readUInt32LE(sizeAt)
        : sizeBytes === 2
          ? head.readUInt16LE(sizeAt) + 256
          : (head[sizeAt] ?? 0);
    windowBytes = sizeBytes === 8 ? low + head.readUInt32LE(sizeAt + 4) * 2 ** 32 : low;
  } else {
    const code = head[5] ?? 0;
    const base = 2 ** (10 + (code >> 3));
    windowBytes = base + (base / 8) * (code & 7);
  }
  return { headerBytes, windowBytes, checksumBytes: (descriptor & 4) !== 0 ? 4 : 0 };
}
