import type { ByteReader } from "./byte-reader.js";
import { gunzip } from "./gunzip.js";
import { type Limits, type Problem, sizeText } from "./limits.js";
import type { Compression } from "./magic.js";
import { unbzip2 } from "./unbzip2.js";
import { unxz } from "./unxz.js";
import { unzstd } from "./unzstd.js";

/**
 * The decompressed bytes of `input`. Never throws for bad content: the stream ends early and `problems` says why. A
 * bomb is stopped by the ratio of output to input, once the output is large enough to matter.
 */
export function decompress(
  kind: Compression,
  input: ByteReader,
  limits: Limits,
  problems: Problem[],
): AsyncGenerator<Uint8Array> {
  const decoders = { gzip: gunzip, zstd: unzstd, xz: unxz, bzip2: unbzip2 };
  return boundedRatio(kind, decoders[kind](input, problems), input, limits, problems);
}

export async function* boundedRatio(
  name: string,
  output: AsyncIterable<Uint8Array>,
  input: ByteReader,
  limits: Limits,
  problems: Problem[],
): AsyncGenerator<Uint8Array> {
  const startBytes = input.consumedBytes;
  let total = 0;
  for await (const chunk of output) {
    total += chunk.length;
    if (total > limits.ratioFloorBytes && total > limits.maxRatio * (input.consumedBytes - startBytes)) {
      const text = `stopped after ${sizeText(total)}: ${name} data expands more than ${limits.maxRatio} times`;
      problems.push({ code: "compression-ratio", text });
      return;
    }
    yield chunk;
  }
}
