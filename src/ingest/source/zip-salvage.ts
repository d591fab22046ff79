import type { ArchiveEntry } from "./archive-entry.js";
import { type ByteReader, take } from "./byte-reader.js";
import { boundedRatio } from "./decompress.js";
import { inflateRaw } from "./gunzip.js";
import { type Limits, type Problem, sizeText } from "./limits.js";

const LOCAL_HEADER = 0x04034b50;
const DATA_DESCRIPTOR = 0x08074b50;
const HEADER_BYTES = 30;

interface LocalHeader {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  /** Sizes stand behind the data, as in a zip written to a pipe; then only deflate tells where it ends. */
  readonly sizeBehind: boolean;
  readonly storedBytes: number;
  readonly modifiedMs: number;
}

/**
 * The members of a zip whose directory is missing or damaged (the download broke off), by the headers in front of the
 * data. Ends at the first header that makes no sense.
 */
export async function* salvageZip(input: ByteReader, limits: Limits): AsyncGenerator<ArchiveEntry> {
  for (let header = await localHeader(input); header !== null; header = await localHeader(input)) {
    const { name, method, storedBytes, sizeBehind } = header;
    const readable = !header.encrypted && (method === 8 || (method === 0 && !sizeBehind));
    let opened: AsyncIterator<Uint8Array> | null = null;
    const before = input.consumedBytes;
    const open = (problems: Problem[]): AsyncIterable<Uint8Array> => {
      const cutShort = (had: number) =>
        problems.push({ code: "truncated-member", text: `cut short after ${sizeText(had)}` });
      const bytes = method === 0 ? take(input, storedBytes, cutShort) : inflated(input, limits, problems);
      opened = bytes;
      return bytes;
    };
    const type = name.endsWith("/")
      ? "directory"
      : readable
        ? "file"
        : "member that can't be read without the directory";
    yield {
      name,
      type,
      storedBytes,
      sizeBytes: method === 0 ? storedBytes : null,
      modifiedMs: header.modifiedMs,
      open,
    };
    if (sizeBehind) {
      if (!readable) return;
      const rest: AsyncIterable<Uint8Array> =
        opened === null ? open([]) : { [Symbol.asyncIterator]: () => opened as never };
      for await (const _ of rest);
      await skipDescriptor(input);
    } else {
      await input.skip(storedBytes - (input.consumedBytes - before));
    }
  }
}

async function* inflated(input: ByteReader, limits: Limits, problems: Problem[]): AsyncGenerator<Uint8Array> {
  let total = 0;
  const whole = (async function* () {
    const what = yield* inflateRaw(input);
    if (what !== null)
      problems.push({ code: `${what}-zip-member`, text: `${what} zip member after ${sizeText(total)}` });
  })();
  for await (const chunk of boundedRatio("zip", whole, input, limits, problems)) {
    total += chunk.length;
    yield chunk;
  }
}

async function localHeader(input: ByteReader): Promise<LocalHeader | null> {
  const fixed = Buffer.from(await input.read(HEADER_BYTES));
  if (fixed.length < HEADER_BYTES || fixed.readUInt32LE(0) !== LOCAL_HEADER) return null;
  const flags = fixed.readUInt16LE(6);
  const name = Buffer.from(await input.read(fixed.readUInt16LE(26)));
  if (name.length < fixed.readUInt16LE(26)) return null;
  await input.skip(fixed.readUInt16LE(28));
  const storedBytes = fixed.readUInt32LE(18);
  const sizeBehind = (flags & 8) !== 0 || storedBytes === 0xffffffff;
  return {
    name: name.toString("utf8"),
    method: fixed.readUInt16LE(8),
    encrypted: (flags & 1) !== 0,
    sizeBehind,
    storedBytes,
    modifiedMs: dosTime(fixed),
  };
}

/** Zip keeps times as on DOS, in two-second steps and without a zone: taken as UTC. */
function dosTime(header: Buffer): number {
  const time = header.readUInt16LE(10);
  const date = header.readUInt16LE(12);
  const year = 1980 + (date >> 9);
  return Date.UTC(year, ((date >> 5) & 15) - 1, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2);
}

/** `PK\7\8`, checksum and two sizes of four bytes each (eight in zip64); the signature may be missing. */
async function skipDescriptor(input: ByteReader): Promise<void> {
  const next = Buffer.from(await input.peek(28));
  const signature = next.length >= 4 && next.readUInt32LE(0) === DATA_DESCRIPTOR ? 4 : 0;
  const long = next.length >= signature + 24 && next.readUInt32LE(signature + 20) === LOCAL_HEADER;
  await input.skip(signature + (long ? 20 : 12));
}
