import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readerOf } from "../../../src/ingest/source/byte-reader.js";
import { decompress } from "../../../src/ingest/source/decompress.js";
import { DEFAULT_LIMITS, type Limits, type Problem } from "../../../src/ingest/source/limits.js";
import { type Compression, containerOf } from "../../../src/ingest/source/magic.js";
import { unzstd } from "../../../src/ingest/source/unzstd.js";
import { SAMPLE, SAMPLE_BZ2, SAMPLE_XZ, SAMPLE_ZST } from "./compressed-samples.js";

/** Kind, sample, and how much to tear off so that some but not all of it can be read. */
const SAMPLES: readonly [Compression, Buffer, number][] = [
  ["gzip", gzipSync(SAMPLE), 20],
  ["xz", SAMPLE_XZ, 200],
  ["bzip2", SAMPLE_BZ2, 20],
  ["zstd", SAMPLE_ZST, 5],
];

async function unpack(kind: Compression, bytes: Uint8Array, limits: Limits = DEFAULT_LIMITS, pieceBytes = 100) {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(bytes.subarray(at, at + pieceBytes));
  const problems: Problem[] = [];
  const out: Uint8Array[] = [];
  for await (const chunk of decompress(kind, readerOf(...pieces), limits, problems)) out.push(Buffer.from(chunk));
  return { text: Buffer.concat(out).toString(), codes: problems.map((problem) => problem.code), problems };
}

describe.each(SAMPLES)("%s", (kind, packed, torn) => {
  it("is recognised by its first bytes and gives its content", async () => {
    expect(containerOf(packed)).toBe(kind);
    const { text, codes } = await unpack(kind, packed);
    expect(text === SAMPLE).toBe(true);
    expect(codes).toEqual([]);
  });

  it("goes on with a second stream behind the first", async () => {
    const { text, codes } = await unpack(kind, Buffer.concat([packed, packed]), DEFAULT_LIMITS, 1 << 16);
    expect(text === SAMPLE + SAMPLE).toBe(true);
    expect(codes).toEqual([]);
  });

  it("keeps what came before the end of a torn file", async () => {
    const { text, codes, problems } = await unpack(kind, packed.subarray(0, packed.length - torn));
    expect(codes).toEqual([`truncated-${kind}`]);
    expect(problems[0]?.text).toMatch(/^truncated \w+ after [\d.]+ (kB|bytes)$/);
    expect(text.length).toBeGreaterThan(100_000);
    expect(SAMPLE.startsWith(text)).toBe(true);
  });

  it("keeps all when something else stands behind it", async () => {
    const { text, codes } = await unpack(kind, Buffer.concat([packed, Buffer.from("not compressed, left over")]));
    expect(text === SAMPLE).toBe(true);
    expect(codes).toHaveLength(1);
  });

  it("survives damage in the middle", async () => {
    const damaged = Buffer.from(packed);
    damaged.fill(0x55, Math.floor(packed.length / 2), Math.floor(packed.length / 2) + 12);
    const { text, codes } = await unpack(kind, damaged);
    expect(text === SAMPLE).toBe(false);
    expect(codes).toEqual([expect.stringMatching(/^(damaged|truncated|oversized)-/)]);
  });

  it("stops a bomb", async () => {
    const limits = { ...DEFAULT_LIMITS, maxRatio: 10, ratioFloorBytes: 10_000 };
    const { text, codes } = await unpack(kind, packed, limits);
    expect(codes).toContain("compression-ratio");
    expect(text.length).toBeLessThan(SAMPLE.length);
  });

  it("gives nothing for an empty rest of a header", async () => {
    const { text, codes } = await unpack(kind, packed.subarray(0, 6));
    expect(text).toBe("");
    expect(codes).toHaveLength(1);
  });
});

describe("gzip", () => {
  it("passes a repetitive log that grows less than the floor", async () => {
    const zeros = Buffer.alloc(8 << 20);
    const { text, codes } = await unpack("gzip", gzipSync(zeros), DEFAULT_LIMITS, 1 << 16);
    expect(text.length).toBe(zeros.length);
    expect(codes).toEqual([]);
  });

  it("stops 1000:1 with the default limits", async () => {
    const zeros = gzipSync(Buffer.alloc(80 << 20));
    const { codes } = await unpack("gzip", zeros, DEFAULT_LIMITS, 1 << 16);
    expect(codes).toEqual(["compression-ratio"]);
  });

  it("reads a header with a name, and takes zeros behind the data for padding", async () => {
    const plain = gzipSync("hello\n");
    const named = Buffer.concat([
      plain.subarray(0, 3),
      Buffer.from([8]),
      plain.subarray(4, 10),
      Buffer.from("log.1\0"),
    ]);
    const { text, codes } = await unpack("gzip", Buffer.concat([named, plain.subarray(10), Buffer.alloc(512)]));
    expect(text).toBe("hello\n");
    expect(codes).toEqual([]);
  });

  it("notices a length that is not the one in the trailer", async () => {
    const lying = gzipSync("hello\n");
    lying.writeUInt32LE(7, lying.length - 4);
    expect((await unpack("gzip", lying)).codes).toEqual(["damaged-gzip"]);
  });

  it("puts back exactly what follows, however the pieces are cut", async () => {
    const two = Buffer.concat([gzipSync("first\n"), gzipSync("second\n")]);
    for (const size of [1, 5, 19, 26, 27, two.length]) {
      expect((await unpack("gzip", two, DEFAULT_LIMITS, size)).text).toBe("first\nsecond\n");
    }
  });
});

describe("zstd", () => {
  it("reads in plain JavaScript what node's own decoder would", async () => {
    const out: Uint8Array[] = [];
    for await (const chunk of unzstd(readerOf(SAMPLE_ZST), [], false)) out.push(Buffer.from(chunk));
    expect(Buffer.concat(out).toString() === SAMPLE).toBe(true);
  });

  it("refuses a frame that asks for more memory than is reasonable", async () => {
    const problems: Problem[] = [];
    const huge = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for await (const chunk of unzstd(readerOf(huge), problems, false)) expect(chunk.length).toBe(0);
    expect(problems.map((problem) => problem.code)).toEqual(["oversized-zstd"]);
  });

  it("passes over skippable frames", async () => {
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    const { text, codes } = await unpack("zstd", Buffer.concat([skippable, SAMPLE_ZST]));
    expect(text === SAMPLE).toBe(true);
    expect(codes).toEqual([]);
  });
});
