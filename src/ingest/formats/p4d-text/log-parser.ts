import { RowBatcher } from "../../../base/row-batcher.js";
import type { StoredCommand } from "../../../contracts/case-store.js";
import type { LogFragment } from "../../../contracts/ingest-sink.js";
import type { ParseOutcome, RecordOutlet, RecordParser, SourceInfo } from "../../evidence-format.js";
import { recalled } from "./assembler-memory.js";
import { BatchBuilder } from "./batch-builder.js";
import { BlockReader } from "./block-reader.js";
import { CommandAssembler } from "./command-assembler.js";
import { bytesOf, EdgeCollector, fragment, isBlank } from "./edge-collector.js";
import { sharedNames } from "./interner.js";
import { LineScanner } from "./line-scanner.js";
import type { LineTable } from "./line-table.js";
import { LogStats } from "./log-stats.js";
import { type ParserMemory, packMemory } from "./parser-memory.js";
import { isHeader } from "./region-framing.js";
import { LineReviser } from "./revised-lines.js";
import { withoutTornWord } from "./torn-end.js";
import { TrackAccount } from "./track-account.js";

/** Commands open at once kept in one file; see docs/log-format.md, memory. */
const MOST_OPEN = 1_200_000;

/** What a parser of the same file knew when the file was shorter, and what the case has of the commands it had open. */
export interface Recollection {
  readonly memory: ParserMemory;
  readonly commands: readonly StoredCommand[];
}

/** Parses one P4LOG in the calling thread, from its start or from where another one ended. Never throws for content. */
export class LogParser implements RecordParser {
  private readonly stats = new LogStats();
  private readonly edges = new EdgeCollector();
  private readonly builder: BatchBuilder;
  private readonly rows: RowBatcher;
  private readonly assembler: CommandAssembler;
  private readonly reader: BlockReader;
  private readonly accountant: BlockReader;
  private readonly scanner: LineScanner;
  private rowCount = 0;
  private regions = 0;
  private state: Uint8Array | null = null;
  private reviser: LineReviser | null = null;

  constructor(
    private readonly source: SourceInfo,
    outlet: RecordOutlet,
    known: Recollection | null = null,
  ) {
    const { stats } = this;
    this.builder = new BatchBuilder((batch) => outlet.commands(batch));
    this.rows = new RowBatcher((batch) => outlet.rows(batch));
    const sink = {
      command: this.builder.add.bind(this.builder),
      row: (table: Parameters<RowBatcher["add"]>[0], row: Parameters<RowBatcher["add"]>[1]) => {
        this.rowCount++;
        if (this.reviser?.takes(table, row) !== true) this.rows.add(table, row);
      },
    };
    this.assembler = new CommandAssembler(sink, sharedNames, stats, this.edges, MOST_OPEN);
    this.reader = new BlockReader(this.assembler, stats);
    this.accountant = new BlockReader(new TrackAccount(sharedNames, stats), stats);
    const handler = {
      region: (table: LineTable, lines: number, leading: boolean) => this.region(table, lines, leading),
    };
    this.scanner = new LineScanner(source.sourceId, source.maxLineBytes, handler, true);
    if (known !== null) this.resume(known);
  }

  push(chunk: Uint8Array): void {
    this.scanner.push(chunk);
  }

  end(torn = false): ParseOutcome {
    const tail = torn ? this.endTorn() : this.takeTail();
    this.assembler.finish();
    this.builder.flush();
    this.rows.flush();
    const { stats } = this;
    return {
      lines: this.scanner.lines,
      records: this.builder.records + this.rowCount,
      account: { parsed: stats.parsedBytes, noise: stats.noiseBytes, unknown: stats.unknownBytes, skipped: 0 },
      firstS: Number.isNaN(stats.firstS) ? null : stats.firstS,
      lastS: Number.isNaN(stats.lastS) ? null : stats.lastS,
      warnings: stats.warnings(),
      edges: { head: this.edges.head, tail },
      state: this.state,
      ...(this.reviser === null ? {} : { revised: this.reviser.lines() }),
    };
  }

  abort(): void {}

  private resume({ memory, commands }: Recollection): void {
    const open = recalled(commands, memory.assembler);
    this.reviser = new LineReviser(open, memory.lineNo);
    this.rowCount = memory.records;
    this.stats.resume(memory.stats);
    this.edges.resume(memory.edges);
    this.assembler.resume(open, memory.assembler);
    this.reader.mapNoise = memory.mapNoise;
    this.scanner.resumeAt(memory.lineNo, memory.byteOffset);
    this.scanner.framing.resume(memory.framing, memory.leading);
  }

  /** Before the last region is accounted for and the open commands are handed over: both may go on. */
  private remember(endsLine: boolean): void {
    const { framing } = this.scanner;
    this.state = packMemory({
      ...this.scanner.regionStart,
      framing: framing.start,
      leading: framing.leadingRegion,
      endsLine,
      maxLineBytes: this.source.maxLineBytes,
      records: this.builder.records + this.rowCount,
      mapNoise: this.reader.mapNoise,
      stats: this.stats.memory(),
      edges: this.edges.memory(),
      assembler: this.assembler.memory(),
    });
  }

  private region(table: LineTable, lines: number, leading: boolean, torn = false): void {
    this.regions++;
    if (leading) {
      this.accountant.read(table, lines, true);
      this.edges.keepLeading(table, lines);
    } else this.reader.read(table, lines, false, torn);
  }

  /** What the last block lacks is lost: it is read as far as it goes, and no other file continues it. */
  private endTorn(): null {
    const { scanner, stats } = this;
    const closed = scanner.framing.closed && !scanner.unfinished;
    scanner.finish();
    const { table } = scanner;
    if (table.count === 0) return null;
    table.trimLast(withoutTornWord);
    const { lastS } = stats;
    this.region(table, table.count, scanner.framing.leadingRegion, !closed);
    this.edges.endTorn();
    if (stats.lastS < lastS) stats.lastS = lastS;
    return null;
  }

  /** The last block may go on in the next file, unless a blank line has closed it. */
  private takeTail(): LogFragment | null {
    const { scanner } = this;
    const closed = scanner.framing.closed && !scanner.unfinished;
    const whole = !scanner.unfinished;
    const { regions } = this;
    scanner.finish(); // may confirm a header, and so end the leading region
    const { table } = scanner;
    const { leadingRegion } = scanner.framing;
    if (table.count === 0) {
      if (whole) this.remember(false);
      return null;
    }
    if (closed && !leadingRegion) {
      this.region(table, table.count, false);
      table.drop(table.count);
      scanner.framing.regionDone();
      this.remember(false);
      return null;
    }
    const guessed = regions !== this.regions && isHeader(table.kinds[table.count - 1] as number);
    this.remember(guessed);
    // A file without any header: all of it may go on what the file before began, and go on itself.
    const { lastS } = this.stats;
    this.accountant.read(table, table.count, leadingRegion);
    // A track block that lost its lines looks like a start, at a time long gone.
    if (this.stats.lastS < lastS) this.stats.lastS = lastS;
    const bytes = bytesOf(table, 0, table.count);
    return isBlank(bytes) && !leadingRegion
      ? null
      : fragment(table, 0, bytes, leadingRegion, this.assembler.open.running);
  }
}
