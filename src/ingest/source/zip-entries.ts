import yauzl from "yauzl";
import type { ArchiveEntry } from "./archive-entry.js";
import { ByteReader } from "./byte-reader.js";
import { boundedRatio, decompress } from "./decompress.js";
import { inflateRaw } from "./gunzip.js";
import { type Limits, type Problem, sizeText } from "./limits.js";
import type { Compression } from "./magic.js";

const STORED = 0;
const DEFLATED = 8;
/** Methods of newer zip tools that we can decompress anyway. */
const OTHER_METHODS: Readonly<Record<number, Compression>> = { 12: "bzip2", 93: "zstd", 95: "xz" };

/** Unix file types in the upper half of the external attributes. */
const UNIX_TYPES: Readonly<Record<number, string>> = {
  1: "named pipe",
  2: "character device",
  4: "directory",
  6: "block device",
  10: "symbolic link",
  12: "socket",
};

/** The members of a zip on disk or in memory, in the order of its directory. A damaged directory ends the walk. */
export async function* zipEntries(
  source: string | Buffer,
  limits: Limits,
  problems: Problem[],
): AsyncGenerator<ArchiveEntry> {
  let zip: yauzl.ZipFile | null = null;
  try {
    // Names as bytes: with names as text one hostile name would end the walk.
    const options = { decodeStrings: false, autoClose: false };
    zip =
      typeof source === "string"
        ? await yauzl.openPromise(source, options)
        : await yauzl.fromBufferPromise(source, options);
    for await (const entry of zip.eachEntry()) yield memberOf(zip, entry, limits);
  } catch (error) {
    const text = `damaged zip: ${error instanceof Error ? error.message : String(error)}`;
    problems.push({ code: "damaged-zip", text });
  } finally {
    zip?.close();
  }
}

function memberOf(zip: yauzl.ZipFile, entry: yauzl.Entry, limits: Limits): ArchiveEntry {
  const flags = entry.generalPurposeBitFlag;
  const name = yauzl.getFileNameLowLevel(flags, entry.fileName as unknown as Buffer, entry.extraFields, true);
  return {
    name,
    type: typeOf(entry, name),
    storedBytes: entry.compressedSize,
    sizeBytes: entry.compressionMethod === STORED ? entry.compressedSize : null,
    modifiedMs: modifiedMs(entry),
    open: (problems) => content(zip, entry, limits, problems),
  };
}

function typeOf(entry: yauzl.Entry, name: string): string {
  if (name.endsWith("/")) return "directory";
  const madeOnUnix = entry.versionMadeBy >> 8 === 3;
  const unixType = madeOnUnix ? UNIX_TYPES[entry.externalFileAttributes >>> 28] : undefined;
  if (unixType !== undefined) return unixType;
  if (entry.isEncrypted()) return "encrypted file";
  const method = entry.compressionMethod;
  const readable = method === STORED || method === DEFLATED || OTHER_METHODS[method] !== undefined;
  return readable ? "file" : `file compressed in a way that is not supported (zip method ${method})`;
}

/** Zip keeps local times without a zone unless it has the Unix field: then they are taken as UTC. */
function modifiedMs(entry: yauzl.Entry): number | null {
  const value = entry.getLastModDate({ timezone: "UTC" }).getTime();
  return Number.isFinite(value) ? value : null;
}

async function* content(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  limits: Limits,
  problems: Problem[],
): AsyncGenerator<Uint8Array> {
  let total = 0;
  const input = new ByteReader(rawContent(zip, entry, problems));
  const other = OTHER_METHODS[entry.compressionMethod];
  try {
    if (entry.compressionMethod === STORED) {
      yield* input;
    } else if (other !== undefined) {
      yield* decompress(other, input, limits, problems);
    } else {
      const inflated = inflatedMember(input, (what) => {
        problems.push({ code: `${what}-zip-member`, text: `${what} zip member after ${sizeText(total)}` });
      });
      for await (const chunk of boundedRatio("zip", inflated, input, limits, problems)) {
        total += chunk.length;
        yield chunk;
      }
    }
  } finally {
    await input.close();
  }
}

async function* inflatedMember(input: ByteReader, onDamage: (what: string) => void): AsyncGenerator<Uint8Array> {
  const what = yield* inflateRaw(input);
  if (what !== null) onDamage(what);
}

async function* rawContent(zip: yauzl.ZipFile, entry: yauzl.Entry, problems: Problem[]): AsyncGenerator<Uint8Array> {
  try {
    const stream = await zip.openReadStreamPromise(entry, { decodeFileData: false });
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    problems.push({ code: "damaged-zip", text: error instanceof Error ? error.message : String(error) });
  }
}
