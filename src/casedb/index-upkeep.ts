import type Database from "better-sqlite3";
import { dropLateIndexes } from "./late-indexes.js";
import type { WriteTransaction } from "./write-transaction.js";

/** What adds less than this part to the case goes into its indexes row by row: that costs less than making them anew. */
const SMALL_PART = 1 / 16;

/** Drops the late indexes of a case before much is added to it. */
export class IndexUpkeep {
  private readonly knownBytes: number;
  private expectedBytes = 0;
  private dropped = false;

  constructor(
    private readonly db: Database.Database,
    private readonly transaction: WriteTransaction,
  ) {
    this.knownBytes = db
      .prepare("SELECT coalesce(sum(bytes), 0) FROM source WHERE state = 'done'")
      .pluck()
      .get() as number;
  }

  /** So many bytes are about to be read; null: nobody knows how many. */
  expect(bytes: number | null): void {
    if (this.dropped) return;
    this.expectedBytes += bytes ?? Number.POSITIVE_INFINITY;
    if (this.expectedBytes < this.knownBytes * SMALL_PART) return;
    this.transaction.atomic(() => dropLateIndexes(this.db));
    this.dropped = true;
  }
}
