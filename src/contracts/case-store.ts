import type { ByteAccount, EvidenceKind } from "./evidence.js";
import type { RecordRow, RecordTableName } from "./record-batch.js";

/** One file of the evidence as the case keeps it. */
export interface StoredSource {
  readonly id: number;
  readonly path: string;
  /** `unknown` for refused files, and while it is being read. */
  readonly kind: EvidenceKind;
  /** `server.id` in the case and label (s1 ...) of the server it belongs to; null before `setServers`, or for none. */
  readonly serverId: number | null;
  readonly serverLabel: string | null;
  readonly sha256: string | null;
  readonly storedBytes: number | null;
  readonly modifiedMs: number | null;
  readonly bytes: number;
  readonly lines: number;
  readonly records: number;
  readonly account: ByteAccount;
  /** Server-local seconds (as if UTC) of the first and last timestamp. */
  readonly firstS: number | null;
  readonly lastS: number | null;
  readonly state: "open" | "done" | "duplicate" | "refused";
  readonly reason: string | null;
  readonly notes: readonly string[];
  readonly duplicateOf: number | null;
}

/** A server as found in the evidence, with the files that are about it. */
export interface ServerEntry {
  readonly label: string;
  readonly serverId: string | null;
  readonly instance: string | null;
  readonly role: string;
  readonly version: string | null;
  readonly timeZone: string;
  readonly timeZoneFrom: string;
  readonly sourceIds: readonly number[];
}

/** How many captures of each kind the case holds, and how many syslog files. */
export interface CaptureCounts {
  readonly monitor: number;
  readonly lslocks: number;
  readonly lsof: number;
  readonly syslog: number;
}

/** A command with its children, by column name: exactly what the writer was given, `command_index` being 0. */
export interface StoredCommand {
  readonly commandId: number;
  readonly command: RecordRow;
  readonly children: readonly { readonly table: RecordTableName; readonly row: RecordRow }[];
}

/** One command start, for finding the same bytes in two files. */
export interface CommandKey {
  readonly id: number;
  readonly pid: number;
  readonly startS: number;
  readonly endS: number | null;
  readonly keyHash: number;
  /** Arguments of several lines: `keyHash` is that of the first; else null. */
  readonly longArgs: string | null;
  readonly byteOffset: number;
  readonly flags: number;
  /** Completion seen. */
  readonly complete: boolean;
}

/** One line of `p4 info`, `p4 configure show` or the collector's manifest. */
export interface StoredFact {
  readonly kind: string;
  readonly name: string;
  readonly value: string;
  readonly origin: string | null;
}

/** What may change of a stored source after it was read. */
export interface SourcePatch {
  readonly account?: ByteAccount;
  readonly records?: number;
  readonly addNote?: string;
}

export interface QueryResult {
  readonly columns: readonly string[];
  /** Rows in column order; iterate once. Integers beyond 2^53 do not occur. */
  readonly rows: IterableIterator<readonly (number | string | null)[]>;
}

/** A query that ships with p4rca. */
export interface Recipe {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly sql: string;
}
