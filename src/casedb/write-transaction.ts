import type Database from "better-sqlite3";
import { explainSqliteError } from "./case-file.js";
import type { RecordWriter } from "./record-writer.js";

const ROWS_PER_COMMIT = 50_000;
const MS_PER_COMMIT = 500;

/**
 * Groups whole batches into transactions: large enough to be fast, short enough that a kill loses little. A commit
 * happens between batches only, so a case never shows half of one.
 */
export class WriteTransaction {
  private rows = 0;
  private startedMs = 0;
  private depth = 0;
  private readonly begin: Database.Statement;
  private readonly commit: Database.Statement;

  constructor(
    private readonly db: Database.Database,
    private readonly writer: RecordWriter,
  ) {
    this.begin = db.prepare("BEGIN IMMEDIATE");
    this.commit = db.prepare("COMMIT");
  }

  /** Runs `write` (which returns the number of rows it wrote) inside the current group. */
  batch(write: () => number): void {
    this.run(() => {
      this.rows += write();
    });
    const late = performance.now() - this.startedMs >= MS_PER_COMMIT;
    if (this.rows >= ROWS_PER_COMMIT || this.writer.isFull || late) this.flush();
  }

  /** Runs `work` as one transaction of its own: all of it or nothing. Nested calls join the outer one. */
  atomic<T>(work: () => T): T {
    if (this.depth === 0) this.flush();
    this.depth++;
    try {
      const result = this.run(work);
      if (this.depth === 1) this.flush();
      return result;
    } finally {
      this.depth--;
    }
  }

  flush(): void {
    if (!this.db.inTransaction) return;
    this.run(() => {
      this.writer.settle();
      this.commit.run();
    });
    this.writer.settled();
    this.rows = 0;
  }

  private run<T>(work: () => T): T {
    try {
      if (!this.db.inTransaction) {
        this.begin.run();
        this.startedMs = performance.now();
      }
      return work();
    } catch (error) {
      if (this.db.inTransaction) this.db.exec("ROLLBACK");
      this.rows = 0;
      this.writer.reset();
      throw explainSqliteError(error, this.db.name);
    }
  }
}
