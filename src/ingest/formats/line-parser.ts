import { RowBatcher } from "../../base/row-batcher.js";
import type { IngestWarning } from "../../contracts/evidence.js";
import type { RecordTableName } from "../../contracts/record-batch.js";
import type { ParseOutcome, RecordOutlet, RecordParser, SourceInfo } from "../evidence-format.js";
import { type Line, LineSplitter } from "../source/split-lines.js";

/** What became of a line; its bytes are booked accordingly. */
export type Fate = "parsed" | "noise" | "unknown";

/** A format that is read line by line. */
export interface LineHandler {
  line(line: Line): Fate;
  /** After the last line: write what is still held back. */
  end?(): void;
}

/** A row by column name, given away by who makes it. */
type DraftRow = Record<string, number | string | null>;

/** What a handler writes to. */
export interface LineContext {
  readonly source: SourceInfo;
  /** Adds a row; `source_id`, `line_no` and `byte_offset` are filled in from `at`. */
  emit(table: RecordTableName, at: Line, row: DraftRow): void;
  warn(code: string, text: string, at: Line | null): void;
  /** Widens the file's own time span; server-local seconds. */
  sawTime(seconds: number): void;
}

/** Makes a parser out of a line handler: splits, counts bytes to the byte, gathers warnings, batches rows. */
export function lineParser(
  source: SourceInfo,
  outlet: RecordOutlet,
  makeHandler: (context: LineContext) => LineHandler,
): RecordParser {
  const parser = new CountingParser(source, outlet);
  const handler = makeHandler(parser);
  const splitter = new LineSplitter(source.maxLineBytes, (line) => parser.book(line, handler.line(line)));
  return {
    push: (chunk) => splitter.push(chunk),
    end: () => {
      splitter.end();
      handler.end?.();
      return parser.outcome();
    },
    abort: () => {},
  };
}

class CountingParser implements LineContext {
  private readonly batcher: RowBatcher;
  private readonly account = { parsed: 0, noise: 0, unknown: 0, skipped: 0 };
  private readonly warnings = new Map<string, IngestWarning>();
  private lines = 0;
  private records = 0;
  private firstS: number | null = null;
  private lastS: number | null = null;

  constructor(
    readonly source: SourceInfo,
    outlet: RecordOutlet,
  ) {
    this.batcher = new RowBatcher((batch) => outlet.rows(batch));
  }

  book(line: Line, fate: Fate): void {
    this.lines++;
    this.account[fate] += line.byteLength;
    if (line.cut) this.warn("line-too-long", `line cut at ${this.source.maxLineBytes} bytes`, line);
    if (fate === "unknown") this.warn("unknown-line", "line not recognised", line);
  }

  emit(table: RecordTableName, at: Line, row: DraftRow): void {
    this.records++;
    // The row is the caller's to give away: copying it was half the time spent on a long syslog.
    row.source_id = this.source.sourceId;
    row.line_no = at.lineNo;
    row.byte_offset = at.byteOffset;
    this.batcher.add(table, row);
  }

  warn(code: string, text: string, at: Line | null): void {
    const known = this.warnings.get(code);
    const warning = known ?? { code, text, count: 0, lineNo: at?.lineNo ?? null, byteOffset: at?.byteOffset ?? null };
    this.warnings.set(code, { ...warning, count: warning.count + 1 });
  }

  sawTime(seconds: number): void {
    this.firstS = this.firstS === null ? seconds : Math.min(this.firstS, seconds);
    this.lastS = this.lastS === null ? seconds : Math.max(this.lastS, seconds);
  }

  outcome(): ParseOutcome {
    this.batcher.flush();
    const { lines, records, account, firstS, lastS } = this;
    return {
      lines,
      records,
      account: { ...account },
      firstS,
      lastS,
      warnings: [...this.warnings.values()],
      edges: null,
    };
  }
}
