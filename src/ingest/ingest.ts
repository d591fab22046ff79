import { createHash, randomUUID } from "node:crypto";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import type { ProgressListener } from "../base/progress.js";
import type { OpenForeignDatabase } from "../contracts/foreign-database.js";
import type { IngestSink } from "../contracts/ingest-sink.js";
import type { EvidenceFormat } from "./evidence-format.js";
import { type EdgeJoinInput, type EdgeJoinResult, joinEdges } from "./formats/p4d-text/edges.js";
import { type EdgeFile, type Seam, seamsOf } from "./formats/p4d-text/seams.js";
import { FORMATS } from "./formats/registry.js";
import { FileReader } from "./read-file.js";
import { DEFAULT_LIMITS, type Limits } from "./source/limits.js";
import { listDisk } from "./source/list-disk.js";
import { walkEvidence } from "./source/walk-evidence.js";
import type { TimeWindow } from "./window/time-window.js";

export interface IngestOptions {
  /** What `-` reads. */
  readonly stdin?: Readable;
  readonly limits?: Limits;
  readonly window?: TimeWindow;
  /** Read files again, or at least their bytes, even where size and time of change say that they are known. */
  readonly verify?: boolean;
  /** How databases of other programs are read; without it they are listed with a warning. */
  readonly openDatabase?: OpenForeignDatabase;
  /** For tests; all known formats otherwise. */
  readonly formats?: readonly EvidenceFormat[];
}

export interface IngestTotals {
  /** Files read, in whole or in part. */
  readonly files: number;
  /** Of these: recognised as evidence, and not a second copy. */
  readonly recognised: number;
  readonly duplicates: number;
  /** Links, devices, files without permission, limits, archives read in part. */
  readonly refused: number;
  /** Decompressed bytes read. */
  readonly bytes: number;
  readonly lines: number;
  readonly records: number;
  readonly warnings: number;
}

/** The bounds on evidence where the operator sets no others; see docs/limits.md. */
export function defaultLimits(): Limits {
  return DEFAULT_LIMITS;
}

/**
 * Reads all evidence in `paths` (files, folders, archives, `-`) and hands records to the sink, file by file. Nothing
 * is written to disk. Throws OperatorError `no-such-path` when a PATH does not exist and `unreadable-path` when none
 * may be read; everything else that is wrong with the evidence becomes warnings, notes and refusals. What the sink
 * throws (Interrupted) passes through.
 */
export async function ingestEvidence(
  paths: readonly string[],
  options: IngestOptions,
  sink: IngestSink,
  progress: ProgressListener,
): Promise<IngestTotals> {
  const { limits = DEFAULT_LIMITS, window = { fromS: null, toS: null }, stdin, formats = FORMATS } = options;
  const { openDatabase, verify = false } = options;
  const items = await listDisk(paths, limits.maxEntries);
  const sizes = items.filter((item) => item.refusal === null).map((item) => item.descriptor.storedBytes);
  const total = sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const settings = { limits, window, formats, sink, openDatabase, verify, progress, totalStoredBytes: total };
  const reader = new FileReader(settings);
  const walk = walkEvidence(items, { limits, stdin, onRead: (bytes) => reader.countStored(bytes) });
  for await (const found of walk) {
    if (found.kind === "refused") reader.refuse(found);
    else await reader.read(found);
  }
  return { ...reader.sums };
}

/**
 * A text that is equal when the same files, unchanged by size and time, would be read within the same bounds; what comes
 * on stdin or through a pipe is never the same. Throws as `ingestEvidence` does.
 */
export async function evidenceIdentity(paths: readonly string[], options: IngestOptions): Promise<string> {
  const { limits = DEFAULT_LIMITS, window = null } = options;
  const files = (await listDisk(paths, limits.maxEntries)).map(({ path, descriptor, refusal }) => {
    const isStream = path === "-" || (descriptor.storedBytes === null && refusal === null);
    return isStream ? randomUUID() : [resolve(path), descriptor.storedBytes, descriptor.modifiedMs, refusal];
  });
  return createHash("sha256").update(JSON.stringify({ files, limits, window })).digest("hex");
}

/** Where the files of one log meet, in time order: what `joinLogEdges` is to be asked, one after the other. */
export function logSeams(files: Iterable<EdgeFile>): Iterable<Seam> {
  return seamsOf(files);
}

/**
 * Parses the places where the files of one log meet: commands still open at the end of earlier files, the tail of one
 * file and the head of the next. Returns what to store in the place of the open commands,
 * and how the account of each file's bytes changes.
 */
export function joinLogEdges(input: EdgeJoinInput): EdgeJoinResult {
  return joinEdges(input);
}
