import bitIterator from "unbzip2-stream/lib/bit_iterator.js";
import bzip2 from "unbzip2-stream/lib/bzip2.js";
import type { ByteReader } from "./byte-reader.js";
import { noteTrailingBytes } from "./gunzip.js";
import { type Problem, sizeText } from "./limits.js";

const LEVEL_BYTES = 100_000;
/** More than a block of the highest level can take up compressed. */
const BLOCK_INPUT_BYTES = 1_000_000;

/**
 * Decompresses bzip2, several streams in a row too. Works on the block decoder below the package's stream, which puts
 * out every block it was fed before anyone can stop it: a bomb of 64 kB would become gigabytes at once.
 */
export async function* unbzip2(input: ByteReader, problems: Problem[]): AsyncGenerator<Uint8Array> {
  let total = 0;
  while (await startsStream(input)) {
    const blocks = streamBlocks(input);
    for (let step = await blocks.next(); ; step = await blocks.next()) {
      if (step.done !== true) {
        total += step.value.length;
        yield step.value;
        continue;
      }
      if (step.value === null) break;
      problems.push({ code: `${step.value}-bzip2`, text: `${step.value} bzip2 after ${sizeText(total)}` });
      return;
    }
  }
  await noteTrailingBytes(input, problems);
}

async function startsStream(input: ByteReader): Promise<boolean> {
  return Buffer.from(await input.peek(3)).toString("latin1") === "BZh";
}

async function* streamBlocks(input: ByteReader): AsyncGenerator<Uint8Array, "truncated" | "damaged" | null> {
  const queue: Uint8Array[] = [];
  let queuedBytes = 0;
  let inputEnded = false;
  const fill = async (wanted: number): Promise<void> => {
    while (queuedBytes < wanted && !inputEnded) {
      const piece = await input.next(1 << 16);
      if (piece === null) inputEnded = true;
      else {
        queue.push(piece);
        queuedBytes += piece.length;
      }
    }
  };
  await fill(BLOCK_INPUT_BYTES);
  let current: Uint8Array = new Uint8Array(0);
  let starved = false;
  const bits = bitIterator(() => {
    const piece = queue.shift();
    starved = piece === undefined;
    current = piece ?? current;
    return piece;
  });
  const out = new GrowingBytes();
  try {
    const size = bzip2.header(bits) * LEVEL_BYTES;
    const work = new Int32Array(size);
    for (let crc: number | null = 0; ; ) {
      await fill(bits.bytesRead + BLOCK_INPUT_BYTES);
      crc = bzip2.decompress(bits, (byte) => out.add(byte), work, size, crc);
      if (crc === null) break;
      yield out.takeAll();
    }
  } catch {
    return starved ? "truncated" : "damaged";
  }
  const left = Buffer.concat([current, ...queue]);
  input.unread(left.subarray(left.length - (queuedBytes - bits.bytesRead)));
  return null;
}

class GrowingBytes {
  private bytes = new Uint8Array(LEVEL_BYTES);
  private length = 0;

  add(byte: number): void {
    if (this.length === this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.length++] = byte;
  }

  takeAll(): Uint8Array {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }
}
