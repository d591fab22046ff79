/** Every kind of evidence a file can be recognised as. `unknown` files are listed in the case, never dropped. */
export type EvidenceKind =
  | "p4log"
  | "monitor"
  | "lslocks"
  | "lsof"
  | "syslog"
  | "p4-info"
  | "p4-configure"
  | "manifest"
  | "structured-log"
  | "pull-state"
  | "lockstat"
  | "diskspace"
  | "realtime"
  | "df"
  | "vmstat"
  | "iostat"
  | "pressure"
  | "ps"
  | "top"
  | "proc-locks"
  | "db-files"
  | "checkpoint-log"
  | "verify-log"
  | "proxy-log"
  | "broker-log"
  | "sdp-layout"
  | "log2sql-db"
  | "log2sql-json"
  | "unknown";

/** What a case can answer; detectors declare which of these they need. */
export type Capability =
  | "command-start"
  | "command-completion"
  | "compute-phase"
  | "table-track"
  | "rpc-track"
  | "server-threads"
  | "server-errors"
  | "monitor"
  | "lslocks"
  | "lsof"
  | "syslog"
  | "configurables"
  | "pull-state"
  | "lockstat"
  | "realtime"
  | "disk-space"
  | "vm-statistics"
  | "io-statistics"
  | "pressure"
  | "process-list"
  | "checkpoint-log"
  | "proxy-log"
  | "broker-log";

/** How the bytes of one file were spent; the four add up to the file's length, to the byte. */
export interface ByteAccount {
  /** Bytes of lines that became records, or belong to a record. */
  readonly parsed: number;
  /** Bytes recognised as carrying nothing (blank lines, debug chatter, comments). */
  readonly noise: number;
  /** Bytes of lines nobody recognised; counted and sampled as warnings. */
  readonly unknown: number;
  /** Bytes not read on purpose: over a limit, outside --from/--to, a duplicate, or beyond a damaged stretch. */
  readonly skipped: number;
}

/** A counted problem with a position. `code` is a stable kebab-case word; `text` says it to a person. */
export interface IngestWarning {
  readonly code: string;
  readonly text: string;
  readonly count: number;
  readonly lineNo: number | null;
  readonly byteOffset: number | null;
}
