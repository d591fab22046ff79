import { createHash } from "node:crypto";
import type { ProgressListener } from "../base/progress.js";
import type { IngestWarning } from "../contracts/evidence.js";
import type { OpenForeignDatabase } from "../contracts/foreign-database.js";
import type { IngestSink, KnownLog, LogEdges, SourceSummary } from "../contracts/ingest-sink.js";
import type { EvidenceFormat, ParseOutcome, RecordOutlet, RecordParser, SourceInfo } from "./evidence-format.js";
import { recognise } from "./formats/recognise.js";
import { type GrownLog, KnownLogs, memoryOf } from "./known-logs.js";
import { feedGrown } from "./read-grown.js";
import { type Limits, type Problem, sizeText } from "./source/limits.js";
import { SNIFF_BYTES } from "./source/split-lines.js";
import { unknownParser } from "./source/unknown-parser.js";
import type { FoundFile, RefusedFile } from "./source/walk-evidence.js";
import { openWindowed, type WindowedParser } from "./window/parser.js";
import { seekTime } from "./window/seek.js";
import { LOOK_BACK_S, type TimeWindow } from "./window/time-window.js";

export interface ReadSettings {
  readonly limits: Limits;
  readonly window: TimeWindow;
  readonly formats: readonly EvidenceFormat[];
  readonly sink: IngestSink;
  readonly openDatabase: OpenForeignDatabase | undefined;
  /** Believe no size and no time of change. */
  readonly verify: boolean;
  readonly progress: ProgressListener;
  /** Size of all that is to be read from disk, null with stdin. */
  readonly totalStoredBytes: number | null;
}

/** Reads found files one after the other into the parser of their format, and closes each with its summary. */
export class FileReader {
  /** What was read so far; see IngestTotals. */
  readonly sums = {
    files: 0,
    recognised: 0,
    duplicates: 0,
    refused: 0,
    bytes: 0,
    lines: 0,
    records: 0,
    warnings: 0,
  };
  private storedBytes = 0;
  /** Content hash to path, of this run. */
  private readonly seen = new Map<string, string>();
  private readonly logSchemas = new Map<string, readonly string[]>();
  /** Null where every file is read as a whole, or in part. */
  private readonly known: KnownLogs | null;

  constructor(private readonly settings: ReadSettings) {
    const { sink, window, limits, verify } = settings;
    const { growth } = sink;
    const isWhole = window.fromS === null && window.toS === null;
    const { maxLineBytes } = limits;
    this.known = growth === undefined || !isWhole ? null : new KnownLogs({ growth, maxLineBytes, verify });
  }

  countStored(bytes: number): void {
    this.storedBytes += bytes;
  }

  refuse(found: RefusedFile): void {
    this.settings.sink.refuseSource(found.descriptor, found.reason);
    this.sums.refused++;
  }

  /** Reads one file to its end or to a limit. What the sink or the parser throws aborts the parser and passes on. */
  async read(found: FoundFile): Promise<void> {
    const { limits, sink } = this.settings;
    const { descriptor } = found;
    if (this.sums.bytes >= limits.maxTotalBytes) {
      const reason = `limit of ${sizeText(limits.maxTotalBytes)} for all files reached: not read`;
      this.refuse({ kind: "refused", descriptor, reason });
      return;
    }
    const head = await found.bytes.peek(SNIFF_BYTES);
    const format = recognise(head, descriptor.path, this.settings.formats);
    if (await this.readKnown(found, format)) return;
    const sourceId = sink.openSource(descriptor);
    const parser = await this.openParser(found, format, this.infoOf(found, sourceId), this.outlet());
    try {
      const fed = await this.feed(found, parser);
      const outcome = await parser.end(found.problems.some(isLossAtEnd));
      this.close(found, format, fed, outcome, (summary) => sink.closeSource(sourceId, summary));
    } catch (error) {
      parser.abort();
      throw error;
    }
  }

  private infoOf({ descriptor, diskPath }: FoundFile, sourceId: number): SourceInfo {
    const { limits, openDatabase } = this.settings;
    return {
      sourceId,
      path: descriptor.path,
      modifiedMs: descriptor.modifiedMs,
      maxLineBytes: limits.maxLineBytes,
      logSchemas: this.logSchemas,
      diskPath,
      ...(openDatabase === undefined ? {} : { openDatabase }),
    };
  }

  private outlet(): RecordOutlet {
    const { sink } = this.settings;
    return { commands: sink.writeCommands.bind(sink), rows: sink.writeRows.bind(sink) };
  }

  /** Passes over a log that the case has, and of one that has grown reads the end; false: read it as a whole. */
  private async readKnown(found: FoundFile, format: EvidenceFormat | null): Promise<boolean> {
    const { known } = this;
    if (known === null || found.origin === null) return false;
    const same = await known.same(found);
    if (same !== null && same.bytes <= this.allowedBytes) {
      this.countKnown(found, same);
      return true;
    }
    if ((found.sizeBytes ?? 0) > this.allowedBytes) return false;
    const grown = await known.grown(found, format);
    if (grown === null) return false;
    try {
      return await this.readGrown(found, format, grown);
    } finally {
      await grown.file.close();
    }
  }

  private async readGrown(found: FoundFile, format: EvidenceFormat | null, grown: GrownLog): Promise<boolean> {
    const { sink } = this.settings;
    const { growth } = sink;
    const { known, resumption, sizeBytes } = grown;
    const { openCount, lineNo } = resumption;
    const { sourceId } = known;
    const commands = growth?.reopen(sourceId, { openCount, lineNo, bytes: sizeBytes - known.bytes }) ?? null;
    if (commands === null) return false;
    this.storedBytes += known.bytes;
    const parser = resumption.open(this.infoOf(found, sourceId), this.outlet(), commands);
    const read = await feedGrown(grown, parser, found.problems, (bytes) => {
      this.storedBytes += bytes;
      sink.checkpoint();
      this.report(found.descriptor.path);
    });
    this.sums.bytes += read.bytes;
    const outcome = await parser.end(found.problems.length > 0);
    const fed = { ...read, skippedBytes: 0, finished: false };
    const { revised = { dropped: [], kept: [] } } = outcome;
    this.close(
      ...[found, format, fed, outcome],
      (summary) => growth?.closeGrown(sourceId, found.descriptor, summary, revised) ?? { kept: false },
    );
    return true;
  }

  private countKnown({ descriptor }: FoundFile, { bytes, lines, records, sha256, path }: KnownLog): void {
    this.storedBytes += descriptor.storedBytes ?? 0;
    this.report(path);
    this.seen.set(sha256, path);
    this.sums.files++;
    this.sums.duplicates++;
    this.sums.bytes += bytes;
    this.sums.lines += lines;
    this.sums.records += records;
  }

  private get allowedBytes(): number {
    const { maxFileBytes, maxTotalBytes } = this.settings.limits;
    return Math.min(maxFileBytes, maxTotalBytes - this.sums.bytes);
  }

  private async openParser(
    found: FoundFile,
    format: EvidenceFormat | null,
    info: SourceInfo,
    outlet: RecordOutlet,
  ): Promise<RecordParser & Partial<WindowedParser>> {
    const { window } = this.settings;
    if (format === null) return unknownParser();
    if (format.id !== "p4log" || (window.fromS === null && window.toS === null)) return format.open(info, outlet);
    const { diskPath, sizeBytes } = found;
    const seekable = diskPath !== null && sizeBytes !== null && window.fromS !== null;
    const earlyBytes = seekable ? await seekTime(diskPath, sizeBytes, window.fromS - LOOK_BACK_S) : 0;
    return openWindowed(format, info, outlet, window, earlyBytes);
  }

  private async feed(found: FoundFile, parser: RecordParser & Partial<WindowedParser>): Promise<Fed> {
    const { limits, sink } = this.settings;
    const hash = createHash("sha256");
    const allowed = this.allowedBytes;
    let bytes = 0;
    for (;;) {
      const chunk = await found.bytes.next(allowed - bytes);
      if (chunk === null) break;
      bytes += chunk.length;
      const isFront = bytes <= (parser.frontBytes ?? 0);
      if (!isFront) hash.update(chunk);
      await parser.push(ownCopy(chunk));
      if (isFront) found.bytes.giveBack(chunk); // counted, and kept by nobody
      sink.checkpoint();
      this.report(found.descriptor.path);
      if (bytes === allowed || parser.finished?.() === true) break;
    }
    const finished = parser.finished?.() === true;
    const cut = !finished && bytes === allowed && (await found.bytes.peek(1)).length > 0;
    if (cut) {
      const limit = allowed === limits.maxFileBytes ? "one file" : "all files";
      const text = `cut after ${sizeText(bytes)}: limit for ${limit}`;
      found.problems.push({ code: "size-limit", text });
    }
    this.sums.bytes += bytes;
    const skippedBytes = cut || finished ? Math.max(0, (found.sizeBytes ?? 0) - bytes) : 0;
    return { bytes, skippedBytes, finished, sha256: hash.digest("hex") };
  }

  private close(
    found: FoundFile,
    format: EvidenceFormat | null,
    fed: Fed,
    outcome: ParseOutcome,
    store: (summary: SourceSummary) => { readonly kept: boolean },
  ): void {
    const original = fed.bytes > 0 ? this.seen.get(fed.sha256) : undefined;
    this.seen.set(fed.sha256, original ?? found.descriptor.path);
    const bytes = fed.bytes + fed.skippedBytes;
    const problems = [...found.problems, ...this.recognitionProblem(fed, format)];
    const isWhole = this.known !== null && problems.length === 0 && !fed.finished;
    const memory = isWhole ? memoryOf(found, outcome, this.settings.limits.maxLineBytes) : undefined;
    const summary: SourceSummary = {
      kind: format?.id ?? "unknown",
      sha256: fed.sha256,
      bytes,
      lines: outcome.lines,
      records: outcome.records,
      account: { ...outcome.account, skipped: outcome.account.skipped + fed.skippedBytes },
      firstS: outcome.firstS,
      lastS: outcome.lastS,
      warnings: [...problems.map(warningOf), ...outcome.warnings],
      notes: [
        ...problems.map((problem) => problem.text),
        ...windowNote(outcome.account.skipped + fed.skippedBytes, problems),
        ...(outcome.notes ?? []),
      ],
      edges: fed.finished ? sealed(outcome.edges) : outcome.edges,
      ...(memory === undefined ? {} : { memory }),
    };
    const closed = original === undefined ? summary : asDuplicate(summary, original);
    const { kept } = store(closed);
    this.sums.files++;
    if (!kept || original !== undefined) this.sums.duplicates++;
    else if (format !== null) this.sums.recognised++;
    this.sums.lines += closed.lines;
    this.sums.records += closed.records;
    this.sums.warnings += closed.warnings.reduce((sum, warning) => sum + warning.count, 0);
  }

  private recognitionProblem(fed: Fed, format: EvidenceFormat | null): Problem[] {
    if (format !== null) return [];
    if (fed.bytes === 0) return [{ code: "empty-file", text: "empty file" }];
    return [{ code: "not-recognised", text: "not recognised as evidence" }];
  }

  private report(detail: string): void {
    const { totalStoredBytes: total, progress } = this.settings;
    const done = total === null ? this.storedBytes : Math.min(this.storedBytes, total);
    progress({ stage: "ingest", done, total, unit: "bytes", detail });
  }
}

interface Fed {
  readonly bytes: number;
  readonly skippedBytes: number;
  /** The rest of the file was not wanted. */
  readonly finished: boolean;
  readonly sha256: string;
}

function windowNote(skippedBytes: number, problems: readonly Problem[]): string[] {
  const limited = problems.some((problem) => problem.code === "size-limit");
  return skippedBytes > 0 && !limited ? [`${sizeText(skippedBytes)} outside --from/--to skipped`] : [];
}

/** A parser may hand a chunk's memory to a worker, so the chunk must not share it with what a decoder writes next. */
function ownCopy(chunk: Uint8Array): Uint8Array {
  return chunk.byteLength === chunk.buffer.byteLength ? chunk : new Uint8Array(chunk);
}

function isLossAtEnd({ code }: Problem): boolean {
  return code !== "trailing-bytes";
}

/** What follows the last block is not wanted, so the next file does not continue it: a blank line ends a block. */
function sealed(edges: LogEdges | null): LogEdges | null {
  if (edges === null || edges.tail === null) return edges;
  return { ...edges, tail: { ...edges.tail, bytes: Buffer.concat([edges.tail.bytes, Buffer.from("\n\n")]) } };
}

function warningOf(problem: Problem): IngestWarning {
  return { ...problem, count: 1, lineNo: null, byteOffset: null };
}

/** The same content a second time counts for nothing: its rows are dropped by the sink, its bytes count as skipped. */
function asDuplicate(summary: SourceSummary, original: string): SourceSummary {
  return {
    ...summary,
    records: 0,
    account: { parsed: 0, noise: 0, unknown: 0, skipped: summary.bytes },
    notes: [...summary.notes, `same content as ${original}: not counted again`],
    edges: null,
  };
}
