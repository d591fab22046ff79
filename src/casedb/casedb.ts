import type Database from "better-sqlite3";
import type { CaseReader } from "../contracts/case-reader.js";
import type {
  CaptureCounts,
  CommandKey,
  QueryResult,
  Recipe,
  ServerEntry,
  SourcePatch,
  StoredCommand,
  StoredFact,
  StoredSource,
} from "../contracts/case-store.js";
import type { IngestWarning } from "../contracts/evidence.js";
import type { ExactQuery, FleetTable } from "../contracts/exact-rows.js";
import type { ForeignDatabase } from "../contracts/foreign-database.js";
import type { IngestSink, LogEdges } from "../contracts/ingest-sink.js";
import type { MetricsHistory } from "../contracts/metrics-history.js";
import type { CommandBatch, RecordBatch } from "../contracts/record-batch.js";
import { canonicalDump } from "./canonical-dump.js";
import { closeCaseFile, openCaseFile, READING_CACHE_KB } from "./case-file.js";
import { CaseSink } from "./case-sink.js";
import { CommandStore } from "./command-store.js";
import { fleetTables } from "./fleet-tables.js";
import { SqliteFile } from "./foreign-database.js";
import { HistoryReader } from "./history-reader.js";
import { beginIngest, endIngest, isIngested, noteIngested } from "./interrupted-ingest.js";
import { noteChanges, undoJoin } from "./join-undo.js";
import { createLateIndexes, isFinalized, markUnfinished } from "./late-indexes.js";
import { LogMemories } from "./log-memory.js";
import { dropOverlap } from "./overlap-account.js";
import { exactQuery, queryReadOnly } from "./read-only-sql.js";
import { StoredCaseReader } from "./reader.js";
import { readRecipes } from "./recipe-book.js";
import { RecordWriter } from "./record-writer.js";
import { RowRemover } from "./row-remover.js";
import { recomputeRunningBase } from "./running-base.js";
import { dropCovered, dropRepeated, joinParts } from "./secondary-logs.js";
import { ServerStore } from "./server-store.js";
import { type ByteMove, SourceStore } from "./source-store.js";
import { isGrowing, undoGrowth } from "./unfinished-growth.js";
import { WriteTransaction } from "./write-transaction.js";

/**
 * Opens a case, making it when there is none (`:memory:` for one that leaves nothing behind). Files that a killed run
 * left half read are removed with their rows, so that the run can be repeated. Throws OperatorError (usage) for a path
 * that is no case, is too new, in use, or can't be written.
 */
export function openCase(path: string, options: { readonly readonly?: boolean } = {}): CaseDb {
  return new CaseDb(openCaseFile(path, options.readonly ?? false));
}

/** A case: what was read of the evidence, in one SQLite file. Columns: docs/case-database.md. */
export class CaseDb {
  private readonly sourceStore: SourceStore;
  private readonly serverStore: ServerStore;
  private readonly commands: CommandStore;
  private readonly remover: RowRemover;
  private readonly memories: LogMemories;
  private readonly writing: { readonly transaction: WriteTransaction; readonly writer: RecordWriter } | null;

  constructor(private readonly db: Database.Database) {
    this.sourceStore = new SourceStore(db);
    this.serverStore = new ServerStore(db);
    this.commands = new CommandStore(db);
    this.remover = new RowRemover(db);
    this.memories = new LogMemories(db);
    if (db.readonly) {
      this.writing = null;
    } else {
      const writer = new RecordWriter(db);
      this.writing = { writer, transaction: new WriteTransaction(db, writer) };
      this.removeUnfinished();
    }
  }

  /**
   * Says what is about to be read: any text that is equal for equal evidence. What an interrupted ingest of other
   * evidence left in the case is removed; returns the number of those files.
   */
  beginIngest(evidence: string): number {
    return this.atomic(() => beginIngest(this.db, this.remover, evidence));
  }

  /** Was evidence with this identity (see `beginIngest`) read to its end before? */
  isIngested(evidence: string): boolean {
    return isIngested(this.db, evidence);
  }

  noteIngested(evidence: string): void {
    this.atomic(() => noteIngested(this.db, evidence));
  }

  /**
   * Where ingest puts its records. `checkpoint` is called between batches and may throw to stop. Rotations that were
   * joined come apart again, since what is added may belong between them.
   */
  sink(checkpoint: () => void): IngestSink {
    const { transaction, writer } = this.write();
    transaction.atomic(() => {
      markUnfinished(this.db);
      undoGrowth(this.db, this.remover);
      undoJoin(this.db);
    });
    writer.reset();
    const { db, remover, sourceStore: sources, commands, memories } = this;
    return new CaseSink({ db, transaction, writer, remover, sources, commands, memories }, checkpoint);
  }

  sources(): StoredSource[] {
    return this.sourceStore.all();
  }

  source(id: number): StoredSource {
    return this.sourceStore.one(id);
  }

  /** Bytes of a file that go from one account to another; without effect where an account would fall below 0. */
  moveBytes(id: number, change: ByteMove): void {
    this.atomic(() => this.sourceStore.moveBytes(id, change));
  }

  updateSource(id: number, patch: SourcePatch): void {
    this.atomic(() => this.sourceStore.patch(id, patch));
  }

  addWarning(sourceId: number | null, warning: IngestWarning): void {
    this.atomic(() => this.sourceStore.addWarning(sourceId, warning));
  }

  /** Lines of `p4 info`, `p4 configure show` or the manifest in this file. */
  facts(sourceId: number): StoredFact[] {
    return this.serverStore.facts(sourceId);
  }

  servers(): ServerEntry[] {
    return this.serverStore.all();
  }

  captureCounts(): CaptureCounts {
    return this.serverStore.captureCounts();
  }

  /** Replaces the servers of the case and says which file is about which. */
  setServers(servers: readonly ServerEntry[]): void {
    this.atomic(() => this.serverStore.replace(servers));
  }

  /** Ids of the read files of each server, servers in order. */
  serverSources(): number[][] {
    return this.serverStore.sourceIds();
  }

  /** How many different pids of a capture are commands of these logs. */
  pidMatches(captureSourceId: number, logSourceIds: readonly number[]): number {
    return this.serverStore.pidMatches(captureSourceId, logSourceIds);
  }

  /** Bytes at the ends of a log that its neighbours may explain. */
  edges(sourceId: number): LogEdges {
    return this.sourceStore.edges(sourceId);
  }

  /** Does all of `work` or, when it throws or the process dies, nothing. */
  atomically<T>(work: () => T): T {
    return this.atomic(work);
  }

  /** Likewise, and what `work` changes is taken back when evidence is added later. */
  joining<T>(work: () => T): T {
    return this.atomic(() => noteChanges(this.db, work));
  }

  /** Commands of these logs that another rotation may finish: see StoredCommand. */
  openCommands(sourceIds: readonly number[], pids: readonly number[] | null = null): StoredCommand[] {
    return this.commands.unfinished(sourceIds, pids);
  }

  /** Puts joined commands (and rows found on the way) in the place of what was stored: all of it or nothing. */
  replaceCommands(commandIds: readonly number[], batches: readonly CommandBatch[], rows: readonly RecordBatch[]): void {
    const { writer } = this.write();
    this.atomic(() => {
      this.remover.removeCommands(commandIds);
      for (const batch of batches) writer.writeCommands(batch);
      for (const batch of rows) writer.writeRows(batch);
    });
  }

  /** Says of the commands of these logs (in time order) which pids were taken over, and which starts are repeats. */
  relatePids(sourceIds: readonly number[]): void {
    this.atomic(() => this.commands.relatePids(sourceIds));
  }

  deleteCommands(commandIds: readonly number[]): void {
    this.atomic(() => this.remover.removeCommands(commandIds));
  }

  /** Drops server events, errors and kept lines of a log that stand before a byte. */
  deleteRowsBefore(sourceId: number, byteOffset: number): void {
    this.atomic(() => this.remover.removeLinesBefore(sourceId, byteOffset));
  }

  /** Starts in this log, in file order, from `fromS` to `toS` (local seconds): to find the same bytes in two files. */
  commandKeys(sourceId: number, span: { readonly fromS?: number; readonly toS?: number } = {}): CommandKey[] {
    return this.commands.keys(sourceId, span);
  }

  /** The first `laterBytes` bytes of a log are also the end of an earlier one: `drop` are the commands stored twice. */
  dropOverlap(earlierId: number, laterId: number, laterBytes: number, drop: readonly number[]): void {
    this.atomic(() =>
      dropOverlap(
        { sources: this.sourceStore, commands: this.commands, remover: this.remover, memories: this.memories },
        {
          earlierId,
          laterId,
          laterBytes,
          drop,
        },
      ),
    );
  }

  /**
   * Corrects the counts of running commands over rotations, and numbers lines through. `servers`: the logs of each in
   * time order. Call after rotations were joined.
   */
  recomputeRunningBase(servers: readonly (readonly number[])[]): void {
    this.atomic(() => recomputeRunningBase(this.db, servers));
  }

  /** Builds the indexes that readers and recipes use. Call once all rows are in. */
  finalize(): void {
    this.atomic(() => {
      createLateIndexes(this.db);
      endIngest(this.db);
    });
    this.db.pragma(`cache_size = ${READING_CACHE_KB}`);
  }

  /** An ingest ran to its end and nothing was added since. */
  isFinalized(): boolean {
    return isFinalized(this.db);
  }

  /** Notes that a run of p4rca wrote to the case. `startedMs`: epoch ms UTC. */
  recordRun(run: { readonly startedMs: number; readonly version: string; readonly command: string }): void {
    const sql = "INSERT INTO tool_run (started_utc_ms, version, command) VALUES (?, ?, ?)";
    this.atomic(() => this.db.prepare(sql).run(run.startedMs, run.version, run.command));
  }

  /** A fresh view for the analysis wing; make it when servers are set and `finalize` is done. */
  reader(): CaseReader {
    return new StoredCaseReader(this.db);
  }

  /** Runs one SELECT. Throws OperatorError (usage) for anything else, and for what SQLite refuses. */
  query(
    sql: string,
    options: { readonly params?: Readonly<Record<string, number | string | null>>; readonly limit?: number } = {},
  ): QueryResult {
    this.writing?.transaction.flush();
    return queryReadOnly(this.db, sql, options);
  }

  /** One SELECT with every value as it is stored. Throws likewise. */
  exactQuery(sql: string): ExactQuery {
    return exactQuery(this.db, sql);
  }

  /** Sums by the minute; servers by their ids in `reader()`. */
  history(): MetricsHistory {
    return new HistoryReader(this.db);
  }

  /** The tables that go to other programs, row by row. */
  fleetTables(): FleetTable[] {
    return fleetTables(this.db);
  }

  /** Sorted lines that are equal for equal evidence, however it was cut and ordered. */
  canonicalDump(): string[] {
    return canonicalDump(this.db);
  }

  /**
   * Commands that several logs of one server tell of (P4LOG, structured logs, what log2sql made) count once; `logs` are
   * the files of each server. Call where changes are noted, as for joins.
   */
  settleLogs(logs: readonly (readonly number[])[]): void {
    this.atomic(() => {
      for (const sourceIds of logs) {
        joinParts(this.db, this.remover, sourceIds);
        dropRepeated(this.db, sourceIds);
        for (const { sourceId, note } of dropCovered(this.db, this.remover, sourceIds)) {
          this.sourceStore.patch(sourceId, { addNote: note });
        }
      }
    });
  }

  /** Leaves one plain file. Rows of a file still being read are given up. */
  close(): void {
    closeCaseFile(this.db);
    this.writing?.writer.close();
  }

  private removeUnfinished(): void {
    const ids = this.sourceStore.unfinished();
    if (ids.length === 0 && !isGrowing(this.db)) return;
    this.atomic(() => {
      undoGrowth(this.db, this.remover);
      for (const id of ids) {
        this.remover.removeSource(id);
        this.sourceStore.remove(id);
      }
    });
  }

  private atomic<T>(work: () => T): T {
    return this.write().transaction.atomic(work);
  }

  private write(): { readonly transaction: WriteTransaction; readonly writer: RecordWriter } {
    if (this.writing === null) throw new Error("the case was opened for reading only");
    return this.writing;
  }
}

/** Opens a database of another program for reading; see OpenForeignDatabase. */
export function openForeignDatabase(from: { readonly path: string } | { readonly bytes: Uint8Array }): ForeignDatabase {
  return new SqliteFile(from);
}

/** The queries that ship with p4rca. */
export function recipes(): Recipe[] {
  return readRecipes();
}
