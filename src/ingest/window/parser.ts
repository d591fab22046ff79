import { numberAt, RECORD_TABLES, type RecordBatch, rowStart } from "../../contracts/record-batch.js";
import type { EvidenceFormat, ParseOutcome, RecordOutlet, RecordParser, SourceInfo } from "../evidence-format.js";
import { PositionMap } from "./position-map.js";
import { WindowSieve } from "./sieve.js";
import type { TimeWindow } from "./time-window.js";

/** Bytes in front of those that may be within the window in which commands still open are looked for. */
const FOLLOWED_BYTES = 64 << 20;

export interface WindowedParser extends RecordParser {
  /** The rest of the file is not wanted. */
  finished(): boolean;
  /** So many bytes at the front are not wanted either. */
  readonly frontBytes: number;
}

/**
 * A P4LOG parser that sees only what a time window wants of the file, while its records keep the positions they have
 * in the whole file. `earlyBytes` at the front are known to lie before the window.
 */
export function openWindowed(
  format: EvidenceFormat,
  source: SourceInfo,
  outlet: RecordOutlet,
  window: TimeWindow,
  earlyBytes: number,
): WindowedParser {
  const map = new PositionMap();
  const frontBytes = Math.max(0, earlyBytes - FOLLOWED_BYTES);
  const parser = format.open(source, {
    commands(batch) {
      for (const part of [batch.commands, ...batch.children]) rebase(part, map);
      outlet.commands(batch);
    },
    rows(batch) {
      outlet.rows(rebase(batch, map));
    },
  });
  const wanted: Uint8Array[] = [];
  const sieve = new WindowSieve(window, earlyBytes, frontBytes, (bytes, lineNo, byteOffset, newlines) => {
    map.give(lineNo, byteOffset, bytes.length, newlines);
    wanted.push(bytes);
  });
  const pass = async (): Promise<void> => {
    if (wanted.length > 0) await parser.push(new Uint8Array(Buffer.concat(wanted.splice(0))));
  };
  return {
    async push(chunk) {
      sieve.push(chunk);
      await pass();
    },
    async end(torn) {
      sieve.end();
      await pass();
      return relocate(await parser.end(torn), map, sieve.skippedBytes);
    },
    abort: () => parser.abort(),
    finished: () => sieve.finished,
    frontBytes,
  };
}

/** Corrects every `…line_no` and `…byte_offset` column in place. */
function rebase(batch: RecordBatch, map: PositionMap): RecordBatch {
  const names: readonly string[] = RECORD_TABLES[batch.table].numbers;
  for (const [column, name] of names.entries()) {
    const isLine = name.endsWith("line_no");
    if (!isLine && !name.endsWith("byte_offset")) continue;
    for (let row = 0; row < batch.rowCount; row++) {
      const at = rowStart(batch, row) + column;
      const value = numberAt(batch, row, column);
      if (!Number.isNaN(value)) batch.numbers[at] = isLine ? map.realLine(value) : map.realByte(value);
    }
  }
  return batch;
}

function relocate(outcome: ParseOutcome, map: PositionMap, skippedBytes: number): ParseOutcome {
  const place = <T extends { lineNo: number | null; byteOffset: number | null }>(at: T): T => ({
    ...at,
    lineNo: at.lineNo === null ? null : map.realLine(at.lineNo),
    byteOffset: at.byteOffset === null ? null : map.realByte(at.byteOffset),
  });
  const { edges, account } = outcome;
  return {
    ...outcome,
    account: { ...account, skipped: account.skipped + skippedBytes },
    warnings: outcome.warnings.map(place),
    edges: edges && { head: edges.head.map(place), tail: edges.tail && place(edges.tail) },
  };
}
