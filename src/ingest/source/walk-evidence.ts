import type { Readable } from "node:stream";
import { Interrupted } from "../../base/errors.js";
import { ARCHIVE_IN_PART, type SourceDescriptor } from "../../contracts/ingest-sink.js";
import { type ArchiveEntry, escapeReason } from "./archive-entry.js";
import { ByteReader, readerOf } from "./byte-reader.js";
import { decompress } from "./decompress.js";
import { type Limits, type Problem, sizeText } from "./limits.js";
import { type DiskItem, reasonOf } from "./list-disk.js";
import { containerOf, MAGIC_BYTES } from "./magic.js";
import { readDisk } from "./read-disk.js";
import { tarEntries } from "./tar-entries.js";
import { zipEntries } from "./zip-entries.js";
import { salvageZip } from "./zip-salvage.js";

/** A plain file: decompressed, unpacked, not yet recognised. Read it before asking for the next. */
export interface FoundFile {
  readonly kind: "file";
  readonly descriptor: SourceDescriptor;
  readonly bytes: ByteReader;
  /** Length where it is known before reading. */
  readonly sizeBytes: number | null;
  /** What was lost on the way; complete once `bytes` has ended. */
  readonly problems: Problem[];
  /** Set where the file lies on disk as it is, so that it can be sought. */
  readonly diskPath: string | null;
  /** The file on disk that holds this one and nothing else, possibly compressed; `named` by the operator, or found. */
  readonly origin: { readonly path: string; readonly named: boolean } | null;
}

export interface RefusedFile {
  readonly kind: "refused";
  readonly descriptor: SourceDescriptor;
  readonly reason: string;
}

export type Found = FoundFile | RefusedFile;

export interface WalkOptions {
  readonly limits: Limits;
  readonly stdin: Readable | undefined;
  /** Hears of every byte read from disk or stdin. */
  readonly onRead: (bytes: number) => void;
}

/** What GNU tar writes when it was given nothing: one record of twenty blocks. */
const EMPTY_TAR_BYTES = 10_240;

interface Layer {
  readonly descriptor: SourceDescriptor;
  readonly bytes: ByteReader;
  readonly sizeBytes: number | null;
  readonly problems: Problem[];
  readonly diskPath: string | null;
  readonly origin: FoundFile["origin"];
  readonly depth: number;
  /** Stands before the names of members, should this be an archive. */
  readonly memberPrefix: string;
}

/** Every plain file in the listed items, through all their archives and compressions, in stored order. */
export async function* walkEvidence(items: readonly DiskItem[], options: WalkOptions): AsyncGenerator<Found> {
  const walk = new Walk(options);
  for (const item of items) {
    const { descriptor } = item;
    if (item.refusal !== null) {
      yield { kind: "refused", descriptor, reason: item.refusal };
      continue;
    }
    const problems: Problem[] = [];
    const diskPath = descriptor.storedBytes === null ? null : item.path;
    const spare: Uint8Array[] = [];
    const bytes = new ByteReader(openItem(item, options, problems, spare), spare);
    try {
      await bytes.peek(1);
      const sizeBytes = descriptor.storedBytes;
      const { memberPrefix } = item;
      const origin = diskPath === null ? null : item;
      yield* walk.unwrap({ descriptor, bytes, sizeBytes, problems, diskPath, origin, depth: 0, memberPrefix });
    } catch (error) {
      if (!(error instanceof OpenFailure)) throw error;
      yield { kind: "refused", descriptor, reason: error.message };
    } finally {
      await bytes.close();
    }
  }
}

/** The file could not be opened; thrown before its first byte. */
class OpenFailure extends Error {}

async function* openItem(
  item: DiskItem,
  options: WalkOptions,
  problems: Problem[],
  spare: Uint8Array[],
): AsyncGenerator<Uint8Array> {
  let total = 0;
  const source =
    item.path === "-"
      ? (options.stdin ?? [])
      : readDisk(
          { path: item.path, fromByte: 0, toByte: item.descriptor.storedBytes, followLink: item.named },
          options.onRead,
          spare,
        );
  try {
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      total += chunk.length;
      if (item.path === "-") options.onRead(chunk.length);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const reason = reasonOf(error);
    if (total === 0) throw new OpenFailure(reason);
    problems.push({ code: "read-error", text: `${reason} after ${sizeText(total)}` });
  }
}

class Walk {
  private entries = 0;

  constructor(private readonly options: WalkOptions) {}

  async *unwrap(layer: Layer): AsyncGenerator<Found> {
    const { limits } = this.options;
    const container = containerOf(await layer.bytes.peek(MAGIC_BYTES));
    if (container === null) {
      const { descriptor } = layer;
      if (await isEmptyTar(layer.bytes)) yield { kind: "refused", descriptor, reason: NO_FILES };
      else yield { kind: "file", ...layer };
      return;
    }
    if (layer.depth >= limits.maxDepth) {
      const reason = `packed more than ${limits.maxDepth} layers deep: not read`;
      yield { kind: "refused", descriptor: layer.descriptor, reason };
      return;
    }
    if (container === "tar") {
      yield* this.members(layer, tarEntries(layer.bytes, layer.problems));
    } else if (container === "zip") {
      yield* this.unzip(layer);
    } else {
      const bytes = new ByteReader(decompress(container, layer.bytes, limits, layer.problems));
      try {
        yield* this.unwrap({ ...layer, bytes, sizeBytes: null, diskPath: null, depth: layer.depth + 1 });
      } finally {
        await bytes.close();
      }
    }
  }

  private async *unzip(layer: Layer): AsyncGenerator<Found> {
    const { limits } = this.options;
    const source = layer.diskPath ?? (await readAll(layer.bytes, limits.maxNestedZipBytes));
    if (source === null) {
      const reason = `zip of more than ${sizeText(limits.maxNestedZipBytes)} inside another archive: not read`;
      yield { kind: "refused", descriptor: layer.descriptor, reason };
      return;
    }
    const entriesBefore = this.entries;
    const problems: Problem[] = [];
    yield* this.members({ ...layer, problems }, zipEntries(source, limits, problems), false);
    if (problems.length > 0 && this.entries === entriesBefore) {
      const bytes = typeof source === "string" ? layer.bytes : readerOf(source);
      yield* this.members({ ...layer, problems }, salvageZip(bytes, limits), false);
    } else if (typeof source === "string") {
      this.options.onRead(Math.max(0, (layer.descriptor.storedBytes ?? 0) - layer.bytes.consumedBytes));
    }
    layer.problems.push(...problems);
    yield* partlyRead(layer);
  }

  private async *members(
    layer: Layer,
    entries: AsyncGenerator<ArchiveEntry>,
    reportLoss = true,
  ): AsyncGenerator<Found> {
    const { limits } = this.options;
    let found = false;
    for await (const entry of entries) {
      if (++this.entries > limits.maxEntries) {
        const text = `more than ${limits.maxEntries} members: the rest is not read`;
        layer.problems.push({ code: "too-many-entries", text });
        break;
      }
      if (entry.type === "directory" && escapeReason(entry.name) === null) continue;
      found = true;
      yield* this.member(layer, entry);
    }
    if (!found && layer.problems.length === 0) {
      yield { kind: "refused", descriptor: layer.descriptor, reason: NO_FILES };
    }
    if (reportLoss) yield* partlyRead(layer);
  }

  private async *member(layer: Layer, entry: ArchiveEntry): AsyncGenerator<Found> {
    const path = layer.memberPrefix + entry.name;
    const descriptor = { path, storedBytes: entry.storedBytes, modifiedMs: entry.modifiedMs };
    const refusal = escapeReason(entry.name) ?? (entry.type === "file" ? null : `${entry.type}: not read`);
    if (refusal !== null) {
      yield { kind: "refused", descriptor, reason: refusal };
      return;
    }
    const problems: Problem[] = [];
    const bytes = new ByteReader(tearNoted(entry.open(problems), problems, layer.problems));
    try {
      const { sizeBytes } = entry;
      const memberPrefix = `${path}!`;
      const depth = layer.depth + 1;
      const own = { diskPath: null, origin: null };
      yield* this.unwrap({ descriptor, bytes, sizeBytes, problems, ...own, depth, memberPrefix });
    } finally {
      await bytes.close();
    }
  }
}

const NO_FILES = "archive without files";

/** Nothing but the end mark of a tar: blocks of zeros. */
async function isEmptyTar(bytes: ByteReader): Promise<boolean> {
  const head = await bytes.peek(EMPTY_TAR_BYTES + 1);
  return head.length >= 1024 && head.length <= EMPTY_TAR_BYTES && head.every((byte) => byte === 0);
}

/** A member cut short says also what happened to the archive around it: `truncated gzip after 1.2 MB`. */
async function* tearNoted(
  bytes: AsyncIterable<Uint8Array>,
  own: Problem[],
  outer: readonly Problem[],
): AsyncGenerator<Uint8Array> {
  yield* bytes;
  if (own.some((problem) => problem.code === "truncated-member")) own.push(...outer);
}

/** An archive that could not be read to its end is listed itself, with what happened. */
function* partlyRead(layer: Layer): Generator<RefusedFile> {
  if (layer.problems.length === 0) return;
  const reason = `${ARCHIVE_IN_PART}: ${layer.problems.map((problem) => problem.text).join("; ")}`;
  yield { kind: "refused", descriptor: layer.descriptor, reason };
}

async function readAll(input: ByteReader, maxBytes: number): Promise<Buffer | null> {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for await (const piece of input) {
    total += piece.length;
    if (total > maxBytes) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
