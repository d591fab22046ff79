import { existsSync } from "node:fs";
import { RowBatcher } from "../../../base/row-batcher.js";
import type { IngestWarning } from "../../../contracts/evidence.js";
import type { ForeignDatabase } from "../../../contracts/foreign-database.js";
import type { EvidenceFormat, ParseOutcome, RecordOutlet, RecordParser, SourceInfo } from "../../evidence-format.js";
import { BatchBuilder } from "../p4d-text/batch-builder.js";
import { commandOf, LOST_BY_LOG2SQL } from "./log2sql-command.js";
import { type Values, whole } from "./log2sql-values.js";
import { eventRows } from "./server-events.js";

const MAGIC = Buffer.from("SQLite format 3\0");
/** A database inside an archive is read from memory, up to here. */
const MOST_BYTES = 512 << 20;
/** Byte 18 of the header: 2 where the database has a write-ahead log. */
const FILE_VERSION = 18;
/** Between so many commands the process may look at its signals. */
const BREATH = 5000;

export const log2sqlDbFormat: EvidenceFormat = {
  id: "log2sql-db",
  title: "database of log2sql",
  sniff(head) {
    const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
    if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return 0;
    // The schema stands in the first pages: CREATE TABLE process (processkey CHAR(50) NOT NULL, …
    const tables = ["process", "tableUse"].filter((name) =>
      new RegExp(`CREATE TABLE (?:IF NOT EXISTS )?["'\`[]?${name}\\b`, "i").test(bytes.toString("latin1")),
    );
    return tables.length > 0 && bytes.includes("processkey") ? 0.95 : 0;
  },
  open: (source, outlet) => new DatabaseParser(source, outlet),
};

/**
 * Waits for the whole file, then reads its tables: in place where it lies plain on disk, else from memory. Rows cite
 * the lines of the log that log2sql read.
 */
class DatabaseParser implements RecordParser {
  private chunks: Uint8Array[] = [];
  private bytes = 0;
  private inPlace: boolean | null = null;
  private readonly warnings: IngestWarning[] = [];
  private readonly span = { firstS: null as number | null, lastS: null as number | null };
  private records = 0;

  constructor(
    private readonly source: SourceInfo,
    private readonly outlet: RecordOutlet,
  ) {}

  push(chunk: Uint8Array): void {
    this.inPlace ??= this.canReadInPlace(chunk);
    this.bytes += chunk.length;
    if (this.inPlace) return;
    if (this.bytes <= MOST_BYTES) this.chunks.push(chunk);
    else this.chunks = [];
  }

  async end(): Promise<ParseOutcome> {
    try {
      await this.read();
    } catch (error) {
      this.warn("damaged-database", `not readable further: ${error instanceof Error ? error.message : String(error)}`);
    }
    const { bytes, records, span, warnings } = this;
    const read = records > 0 ? bytes : 0;
    return {
      lines: 0,
      records,
      account: { parsed: read, noise: 0, unknown: bytes - read, skipped: 0 },
      ...span,
      warnings,
      notes: records > 0 ? LOST_BY_LOG2SQL : [],
      edges: null,
    };
  }

  abort(): void {
    this.chunks = [];
  }

  /** Opening a database with a write-ahead log or a journal would write beside it: such a one is read from memory. */
  private canReadInPlace(head: Uint8Array): boolean {
    const { diskPath = null } = this.source;
    return diskPath !== null && head[FILE_VERSION] !== 2 && !existsSync(`${diskPath}-journal`);
  }

  private async read(): Promise<void> {
    const { openDatabase, diskPath = null } = this.source;
    if (openDatabase === undefined) return this.warn("no-sqlite", "databases can't be read here");
    if (!this.inPlace && this.bytes > MOST_BYTES) {
      return this.warn("size-limit", "database over 512 MB inside an archive: unpack it to have it read");
    }
    const from = this.inPlace && diskPath !== null ? { path: diskPath } : { bytes: Buffer.concat(this.chunks) };
    this.chunks = [];
    const db = openDatabase(from);
    try {
      await this.commands(db);
      this.events(db);
    } finally {
      db.close();
    }
  }

  private async commands(db: ForeignDatabase): Promise<void> {
    const columns = db.columns("process");
    if (columns === null) return this.warn("no-table", "it has no table `process`");
    const order = columns.includes("lineNumber") ? ["lineNumber"] : [];
    const keys = ["processkey", "lineNumber"];
    const uses = db.columns("tableUse");
    const find = keys.every((key) => uses?.includes(key)) ? db.finder("tableUse", keys) : null;
    const builder = new BatchBuilder((batch) => this.outlet.commands(batch));
    try {
      let count = 0;
      for (const row of db.rows("process", order)) {
        this.command(row, find?.([row.processkey, row.lineNumber]) ?? [], builder);
        if (++count % BREATH === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      builder.flush();
      this.records += builder.records;
    }
  }

  private command(row: Values, tables: readonly Values[], builder: BatchBuilder): void {
    const lineNo = whole(row.lineNumber, 1);
    const place = { sourceId: this.source.sourceId, byteOffset: Number.NaN, byteLength: Number.NaN };
    const command = commandOf(row, tables, { ...place, lineNo });
    if (command === null) {
      this.warn("bad-record", "row without a process id or a start");
      return;
    }
    this.saw(command.startS);
    this.saw(command.endS);
    builder.add(command);
  }

  private events(db: ForeignDatabase): void {
    if (db.columns("events") === null) return;
    const batcher = new RowBatcher((batch) => this.outlet.rows(batch));
    for (const row of db.rows("events", [])) {
      for (const event of eventRows(row)) {
        this.records++;
        batcher.add("server_event", { source_id: this.source.sourceId, line_no: whole(row.lineNumber, 1), ...event });
      }
    }
    batcher.flush();
  }

  private saw(seconds: number): void {
    if (Number.isNaN(seconds)) return;
    const { firstS, lastS } = this.span;
    this.span.firstS = firstS === null ? seconds : Math.min(firstS, seconds);
    this.span.lastS = lastS === null ? seconds : Math.max(lastS, seconds);
  }

  private warn(code: string, text: string): void {
    const at = this.warnings.findIndex((warning) => warning.code === code);
    const count = (this.warnings[at]?.count ?? 0) + 1;
    const warning = { code, text, count, lineNo: null, byteOffset: null };
    if (at < 0) this.warnings.push(warning);
    else this.warnings[at] = warning;
  }
}
