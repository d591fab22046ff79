import type Database from "better-sqlite3";
import type { GrowthSink, IngestSink, SourceDescriptor, SourceSummary } from "../contracts/ingest-sink.js";
import type { CommandBatch, RecordBatch } from "../contracts/record-batch.js";
import { CaseGrowth, type GrowthStores } from "./growth-sink.js";
import { IndexUpkeep } from "./index-upkeep.js";
import type { LogMemories } from "./log-memory.js";
import type { RecordWriter } from "./record-writer.js";
import type { RowRemover } from "./row-remover.js";
import type { SourceStore } from "./source-store.js";
import type { WriteTransaction } from "./write-transaction.js";

/** Point-in-time evidence: two equal captures taken at different times are two observations, not a copy. */
const CAPTURES: readonly string[] = [
  ...["monitor", "lslocks", "lsof", "proc-locks", "lockstat", "realtime", "pull-state"],
  ...["df", "diskspace", "vmstat", "iostat", "pressure", "ps", "top"],
];
/** What a file says of its server: equal text in two places may be about two servers. */
const FACTS: readonly string[] = ["p4-info", "p4-configure", "manifest", "sdp-layout"];

/** The storing side of an ingest. A file is `open` until its last byte was read, so that a kill can't fake a whole one. */
export class CaseSink implements IngestSink {
  readonly growth: GrowthSink;
  /** Sources below it were in the case before this ingest. */
  private readonly firstSourceId: number;
  private readonly db: Database.Database;
  private readonly transaction: WriteTransaction;
  private readonly writer: RecordWriter;
  private readonly remover: RowRemover;
  private readonly sources: SourceStore;
  private readonly memories: LogMemories;
  private readonly indexes: IndexUpkeep;

  constructor(
    stores: GrowthStores,
    readonly checkpoint: () => void,
  ) {
    const { db, transaction, writer, remover, sources, memories } = stores;
    this.db = db;
    this.transaction = transaction;
    this.writer = writer;
    this.remover = remover;
    this.sources = sources;
    this.memories = memories;
    this.indexes = new IndexUpkeep(db, transaction);
    this.growth = new CaseGrowth(stores, (bytes) => this.indexes.expect(bytes));
    this.firstSourceId = db.prepare("SELECT coalesce(max(id), 0) + 1 FROM source").pluck().get() as number;
  }

  openSource(descriptor: SourceDescriptor): number {
    this.indexes.expect(descriptor.storedBytes);
    return this.transaction.atomic(() => this.sources.open(descriptor));
  }

  refuseSource(descriptor: SourceDescriptor, reason: string): void {
    const known = this.db.prepare(
      "SELECT 1 FROM source WHERE state = 'refused' AND path = ? AND reason = ? AND id < ?",
    );
    this.transaction.atomic(() => {
      if (known.get(descriptor.path, reason, this.firstSourceId) !== undefined) return;
      this.sources.refuse(descriptor, reason);
    });
  }

  writeCommands(batch: CommandBatch): void {
    this.transaction.batch(() => this.writer.collectCommands(batch));
  }

  writeRows(batch: RecordBatch): void {
    this.transaction.batch(() => this.writer.writeRows(batch));
  }

  closeSource(sourceId: number, summary: SourceSummary): { readonly kept: boolean } {
    return this.transaction.atomic(() => {
      const lost = this.writer.takeLost();
      if (this.isReadAgain(sourceId, summary)) {
        this.remover.removeSource(sourceId);
        this.sources.remove(sourceId);
        return { kept: false };
      }
      const original = this.originalOf(sourceId, summary);
      if (original === null) {
        this.sources.finish(sourceId, summary);
        if (lost > 0) this.sources.warnLost(sourceId, lost);
        this.memories.store(sourceId, summary.memory, this.writer.lastCommandId);
        return { kept: true };
      }
      this.remover.removeSource(sourceId);
      this.sources.markDuplicate(sourceId, summary, original);
      return { kept: false };
    });
  }

  /** The very file of an earlier ingest: reading it again changes nothing, not even the list of files. */
  private isReadAgain(sourceId: number, summary: SourceSummary): boolean {
    const { path } = this.sources.one(sourceId);
    const sql = `SELECT id FROM source WHERE state IN ('done', 'duplicate') AND kind = ? AND sha256 = ? AND path = ? AND id < ?`;
    const twins = this.db.prepare(sql).pluck().all(summary.kind, summary.sha256, path, this.firstSourceId) as number[];
    if (!CAPTURES.includes(summary.kind)) return twins.length > 0;
    return twins.some((id) => this.takenAt(id) === this.takenAt(sourceId));
  }

  /** The file that already brought this content, or null. */
  private originalOf(sourceId: number, summary: SourceSummary): number | null {
    const twins = this.db
      .prepare("SELECT id, path FROM source WHERE state = 'done' AND kind = ? AND sha256 = ? AND id <> ? ORDER BY id")
      .all(summary.kind, summary.sha256, sourceId) as { id: number; path: string }[];
    const { path } = this.sources.one(sourceId);
    const same = (twin: { id: number; path: string }) => {
      if (FACTS.includes(summary.kind)) return twin.path === path;
      return !CAPTURES.includes(summary.kind) || this.takenAt(twin.id) === this.takenAt(sourceId);
    };
    return twins.find(same)?.id ?? null;
  }

  private takenAt(sourceId: number): string {
    const sql = "SELECT capture_no, taken_s, taken_is_utc FROM capture WHERE source_id = ? ORDER BY capture_no";
    return JSON.stringify(this.db.prepare(sql).raw().all(sourceId));
  }
}
