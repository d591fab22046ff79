import type { StoredCommand } from "./case-store.js";
import type { ByteAccount, EvidenceKind, IngestWarning } from "./evidence.js";
import type { CommandBatch, RecordBatch } from "./record-batch.js";

/** What is known of a file before its first byte is read. */
export interface SourceDescriptor {
  /** As shown to people: path inside the archive, or relative to the given folder; `-` for stdin. */
  readonly path: string;
  /** Size of the stored (possibly compressed) file, null when streaming. */
  readonly storedBytes: number | null;
  /** Last modification in epoch ms UTC from the archive or the file system, null when unknown. */
  readonly modifiedMs: number | null;
}

/** Bytes that one file alone could not explain, kept so that its neighbour can (see docs/decisions, stitching). */
export interface LogEdges {
  /** Blocks at the start about commands that began before the file: raw bytes and where each began. */
  readonly head: readonly LogFragment[];
  /** The last block of the file, which the next rotation may continue; null when the file ended cleanly. */
  readonly tail: LogFragment | null;
}

export interface LogFragment {
  readonly lineNo: number;
  readonly byteOffset: number;
  readonly bytes: Uint8Array;
  /** The fragment starts in the middle of a block (or of a line): it only makes sense behind the previous file's tail. */
  readonly continuation: boolean;
  /** Commands running in the file before this block, for `command.running`; absent for a continuation. */
  readonly running?: number;
}

/** What is known of a file once its last byte was read. */
export interface SourceSummary {
  readonly kind: EvidenceKind;
  readonly sha256: string;
  readonly bytes: number;
  readonly lines: number;
  readonly records: number;
  readonly account: ByteAccount;
  /** Server-local seconds (as if UTC) of the first and last timestamp; null when the file carries none. */
  readonly firstS: number | null;
  readonly lastS: number | null;
  readonly warnings: readonly IngestWarning[];
  /** Human notes for the document's `inputs[].notes`, e.g. "truncated gzip after 1.2 MB". */
  readonly notes: readonly string[];
  readonly edges: LogEdges | null;
  /** For a P4LOG on disk that was read as a whole: how to know it again, and to go on where it ended. */
  readonly memory?: LogMemory;
}

/** What is kept of a file on disk, so that only what was appended has to be read (docs/decisions/appended-logs.md). */
export interface LogMemory {
  /** Digest of where the file lies. */
  readonly place: string;
  /** Digest of place, size, time of change and how it was read: equal as long as nothing of that changed. */
  readonly version: string;
  /** What the parser knew at the end, in its own words; null where it can't go on. */
  readonly state: Uint8Array | null;
}

/** A file of the case that may have grown. */
export interface KnownLog extends LogMemory {
  readonly sourceId: number;
  readonly path: string;
  readonly bytes: number;
  readonly lines: number;
  readonly records: number;
  readonly sha256: string;
}

/** Where an appended file is gone on with. */
export interface GrowthStart {
  /** Commands that were in memory at the end of the file: the last ones stored of it. */
  readonly openCount: number;
  /** First line that is read again or anew. */
  readonly lineNo: number;
  /** Bytes to come. */
  readonly bytes: number;
}

/** Kept lines of commands that began before the appended bytes: which are worth keeping is decided anew. */
export interface RevisedLines {
  readonly dropped: readonly number[];
  readonly kept: readonly RecordBatch[];
}

/** The receiving side for files that have grown. */
export interface GrowthSink {
  known(place: string): KnownLog | null;
  /**
   * From now on rows are added to this file, until `closeGrown`; a kill before that leaves it as it was. Returns the
   * commands that were open, in the order they were stored, or null where they are not as they were.
   */
  reopen(sourceId: number, start: GrowthStart): StoredCommand[] | null;
  /** `summary` is of the whole file, but for `edges`: their head is what the appended bytes add to it. */
  closeGrown(
    sourceId: number,
    descriptor: SourceDescriptor,
    summary: SourceSummary,
    lines: RevisedLines,
  ): { readonly kept: boolean };
}

/** The receiving side of an ingest: the pipeline implements it over the case database. */
export interface IngestSink {
  /** Registers a file; the returned id stands in every record of it. */
  openSource(descriptor: SourceDescriptor): number;
  /** Stores commands with their child rows; `command_index` counts within the batch. */
  writeCommands(batch: CommandBatch): void;
  writeRows(batch: RecordBatch): void;
  /**
   * Ends a file. `kept` is false when the same content (sha256) was already in the case: its rows are dropped again.
   */
  closeSource(sourceId: number, summary: SourceSummary): { readonly kept: boolean };
  /** A file that could not be read at all, or was refused (link, device, limit). It is listed with its reason. */
  refuseSource(descriptor: SourceDescriptor, reason: string): void;
  /** Absent where every file is read as a whole. */
  readonly growth?: GrowthSink;
  /** Called between batches; throws Interrupted when the operator pressed Ctrl-C. */
  checkpoint(): void;
}

/** Begins the reason of an archive that was read as far as it went; what it held behind that is unknown. */
export const ARCHIVE_IN_PART = "archive read in part";
