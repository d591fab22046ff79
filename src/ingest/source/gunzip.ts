import * as zlib from "node:zlib";
import type { ByteReader } from "./byte-reader.js";
import { type Problem, sizeText } from "./limits.js";
import { OUTPUT_BYTES, pullThrough } from "./pull-through.js";

const MAGIC_1 = 0x1f;
const MAGIC_2 = 0x8b;
const FLAG = { headerCrc: 2, extra: 4, name: 8, comment: 16 } as const;
const TRAILER_BYTES = 8;

/** Since Node 22; without it the length alone is checked. */
const crc32 = (zlib as unknown as { crc32?: (data: Uint8Array, value: number) => number }).crc32;

/**
 * Decompresses gzip, several members in a row too. Written over raw deflate because node's Gunzip drops the output it
 * had when garbage follows the last member. Damage ends the output, with a problem; what came before is kept.
 */
export async function* gunzip(input: ByteReader, problems: Problem[]): AsyncGenerator<Uint8Array> {
  let total = 0;
  const damaged = (what: string) =>
    problems.push({ code: `${what}-gzip`, text: `${what} gzip after ${sizeText(total)}` });
  while (await isMember(input)) {
    if (!(await skipHeader(input))) {
      damaged("truncated");
      return;
    }
    const member = { bytes: 0, crc: 0 };
    const inflating = inflateRaw(input);
    for (let step = await inflating.next(); ; step = await inflating.next()) {
      if (step.done === true) {
        const what = step.value ?? (await checkTrailer(input, member));
        if (what === null) break;
        damaged(what);
        return;
      }
      member.bytes += step.value.length;
      total += step.value.length;
      if (crc32 !== undefined) member.crc = crc32(step.value, member.crc);
      yield step.value;
    }
  }
  await noteTrailingBytes(input, problems);
}

/** Raw deflate, as in gzip and zip; returns what is wrong with it, null when it ended well. */
export async function* inflateRaw(input: ByteReader): AsyncGenerator<Uint8Array, "truncated" | "damaged" | null> {
  const error = yield* pullThrough(zlib.createInflateRaw({ chunkSize: OUTPUT_BYTES }), input);
  if (error === null) return null;
  return (error as NodeJS.ErrnoException).code === "Z_BUF_ERROR" ? "truncated" : "damaged";
}

async function isMember(input: ByteReader): Promise<boolean> {
  const head = await input.peek(2);
  return head[0] === MAGIC_1 && head[1] === MAGIC_2;
}

async function skipHeader(input: ByteReader): Promise<boolean> {
  const fixed = await input.read(10);
  if (fixed.length < 10) return false;
  const flags = fixed[3] ?? 0;
  if ((flags & FLAG.extra) !== 0) {
    const length = await input.read(2);
    if (length.length < 2) return false;
    await input.skip((length[0] ?? 0) | ((length[1] ?? 0) << 8));
  }
  if ((flags & FLAG.name) !== 0 && !(await skipText(input))) return false;
  if ((flags & FLAG.comment) !== 0 && !(await skipText(input))) return false;
  return (flags & FLAG.headerCrc) === 0 || (await input.skip(2)) === 2;
}

/** Behind the next NUL byte. */
async function skipText(input: ByteReader): Promise<boolean> {
  for (let piece = await input.next(4096); piece !== null; piece = await input.next(4096)) {
    const end = piece.indexOf(0);
    if (end < 0) continue;
    input.unread(piece.subarray(end + 1));
    return true;
  }
  return false;
}

async function checkTrailer(
  input: ByteReader,
  member: { bytes: number; crc: number },
): Promise<"truncated" | "damaged" | null> {
  const trailer = Buffer.from(await input.read(TRAILER_BYTES));
  if (trailer.length < TRAILER_BYTES) return "truncated";
  const sameLength = trailer.readUInt32LE(4) === member.bytes % 2 ** 32;
  const sameCrc = crc32 === undefined || trailer.readUInt32LE(0) === member.crc;
  return sameLength && sameCrc ? null : "damaged";
}

/** Zero bytes pad to a block of a tape and say nothing; anything else is worth a note. */
export async function noteTrailingBytes(input: ByteReader, problems: Problem[]): Promise<void> {
  let count = 0;
  let zeros = true;
  for await (const piece of input) {
    count += piece.length;
    zeros &&= piece.every((byte) => byte === 0);
  }
  if (zeros) return;
  problems.push({
    code: "trailing-bytes",
    text: `${sizeText(count)} of other data behind the compressed data ignored`,
  });
}
