import type { StoredCommand } from "../contracts/case-store.js";
import type { ByteAccount, EvidenceKind, IngestWarning } from "../contracts/evidence.js";
import type { OpenForeignDatabase } from "../contracts/foreign-database.js";
import type { LogEdges, RevisedLines } from "../contracts/ingest-sink.js";
import type { CommandBatch, RecordBatch } from "../contracts/record-batch.js";

/** What a parser may know of the file it reads. */
export interface SourceInfo {
  readonly sourceId: number;
  /** Path as shown to people; a hint (time in a file name), never proof of the kind. */
  readonly path: string;
  readonly modifiedMs: number | null;
  /** Longest line kept whole, in bytes; longer ones are cut, counted and still parsed. */
  readonly maxLineBytes: number;
  /** Field names of structured logs as `p4 logschema` told them in a file read before; see formats/structured-log. */
  readonly logSchemas?: Map<string, readonly string[]>;
  /** Where the file lies as it is; null or absent for what comes out of an archive or a compressed file. */
  readonly diskPath?: string | null;
  /** Absent where no database can be read (tests of other formats). */
  readonly openDatabase?: OpenForeignDatabase;
}

/** Where a parser puts its records; calls never interleave between parsers of different files. */
export interface RecordOutlet {
  commands(batch: CommandBatch): void;
  rows(batch: RecordBatch): void;
}

/** What a parser knows at the end of its file. `account.skipped` is 0 here: the reader adds what it never handed over. */
export interface ParseOutcome {
  readonly lines: number;
  readonly records: number;
  readonly account: ByteAccount;
  readonly firstS: number | null;
  readonly lastS: number | null;
  readonly warnings: readonly IngestWarning[];
  /** Human notes for the document's `inputs[].notes`. */
  readonly notes?: readonly string[];
  readonly edges: LogEdges | null;
  /** What a parser needs to go on, should the file grow; see `EvidenceFormat.resume`. */
  readonly state?: Uint8Array | null;
  /** Of a parser that went on. */
  readonly revised?: RevisedLines;
}

/** Where and how a parser goes on with a file that has grown. */
export interface Resumption {
  /** First byte it has to be given. */
  readonly byteOffset: number;
  readonly lineNo: number;
  readonly openCount: number;
  /** What was taken for a whole line must end where the file ended. */
  readonly endsLine: boolean;
  readonly maxLineBytes: number;
  open(source: SourceInfo, outlet: RecordOutlet, commands: readonly StoredCommand[]): RecordParser;
}

/** Fed with the decompressed bytes of one file, in order. A chunk belongs to the parser once pushed. */
export interface RecordParser {
  push(chunk: Uint8Array): void | Promise<void>;
  /** `torn`: there was more, and it is lost; the last line may be half of one, and no other file continues it. */
  end(torn?: boolean): ParseOutcome | Promise<ParseOutcome>;
  /** Frees what a worker holds when reading stops early (interrupt, damaged archive). */
  abort(): void;
}

/** One kind of evidence. `sniff` gives 0 (surely not) to 1 (surely) from the first bytes; the name may only break ties. */
export interface EvidenceFormat {
  readonly id: EvidenceKind;
  readonly title: string;
  sniff(head: Uint8Array, name: string): number;
  open(source: SourceInfo, outlet: RecordOutlet): RecordParser;
  /** Takes up the state of an earlier outcome; null where this build can't. */
  resume?(state: Uint8Array): Resumption | null;
}
