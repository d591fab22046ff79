import type Database from "better-sqlite3";
import type { StoredCommand } from "../contracts/case-store.js";
import type {
  GrowthSink,
  GrowthStart,
  KnownLog,
  RevisedLines,
  SourceDescriptor,
  SourceSummary,
} from "../contracts/ingest-sink.js";
import type { CommandStore } from "./command-store.js";
import type { LogMemories } from "./log-memory.js";
import type { RecordWriter } from "./record-writer.js";
import type { RowRemover } from "./row-remover.js";
import type { SourceStore } from "./source-store.js";
import { beginGrowth, endGrowth } from "./unfinished-growth.js";
import type { WriteTransaction } from "./write-transaction.js";

export interface GrowthStores {
  readonly db: Database.Database;
  readonly transaction: WriteTransaction;
  readonly writer: RecordWriter;
  readonly remover: RowRemover;
  readonly sources: SourceStore;
  readonly commands: CommandStore;
  readonly memories: LogMemories;
}

/**
 * Files that have grown. New rows go straight to the file they belong to; what the case had of it stays as it is until
 * all of them are in, and then changes at once.
 */
export class CaseGrowth implements GrowthSink {
  private open: readonly number[] = [];

  /** `expect` hears how many bytes are to come. */
  constructor(
    private readonly stores: GrowthStores,
    private readonly expect: (bytes: number) => void,
  ) {}

  known(place: string): KnownLog | null {
    return this.stores.memories.known(place);
  }

  reopen(sourceId: number, { openCount, lineNo, bytes }: GrowthStart): StoredCommand[] | null {
    const { db, transaction, commands, memories } = this.stores;
    const lastId = memories.lastCommandId(sourceId);
    const open = commands.between(sourceId, lastId - openCount + 1, lastId);
    if (open.length !== openCount) return null;
    this.open = open.map(({ commandId }) => commandId);
    this.expect(bytes);
    transaction.atomic(() => beginGrowth(db, sourceId, lineNo));
    return open;
  }

  closeGrown(
    sourceId: number,
    descriptor: SourceDescriptor,
    summary: SourceSummary,
    lines: RevisedLines,
  ): { readonly kept: boolean } {
    const { db, transaction, writer, remover, sources, memories } = this.stores;
    return transaction.atomic(() => {
      endGrowth(db);
      const lost = writer.takeLost();
      const original = this.originalOf(sourceId, summary);
      if (original !== null) {
        remover.removeSource(sourceId);
        sources.markDuplicate(sourceId, summary, original);
        return { kept: false };
      }
      remover.removeCommands(this.open);
      this.reviseLines(sourceId, lines);
      sources.finishGrown(sourceId, descriptor, summary);
      if (lost > 0) sources.warnLost(sourceId, lost);
      memories.store(sourceId, summary.memory, writer.lastCommandId);
      return { kept: true };
    });
  }

  private reviseLines(sourceId: number, { dropped, kept }: RevisedLines): void {
    const drop = this.stores.db.prepare("DELETE FROM evidence_line WHERE source_id = ? AND line_no = ?");
    for (const lineNo of dropped) drop.run(sourceId, lineNo);
    for (const batch of kept) this.stores.writer.writeRows(batch);
  }

  /** Another file of the case that this one has become equal to. */
  private originalOf(sourceId: number, { kind, sha256 }: SourceSummary): number | null {
    const sql = "SELECT id FROM source WHERE state = 'done' AND kind = ? AND sha256 = ? AND id <> ? ORDER BY id";
    return (this.stores.db.prepare(sql).pluck().get(kind, sha256, sourceId) as number | undefined) ?? null;
  }
}
