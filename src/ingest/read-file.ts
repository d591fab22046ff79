import { createHash } from "node:crypto";
import type { ProgressListener } from "../base/progress.js";
import type { IngestWarning } from "../contracts/evidence.js";
import type { OpenForeignDatabase } from "../contracts/foreign-database.js";
import type { IngestSink, LogEdges, SourceSummary } from "../contracts/ingest-sink.js";
import type { EvidenceFormat, ParseOutcome, RecordOutlet, RecordParser, SourceInfo } from "./evidence-format.js";
import { recognise } from "./formats/recognise.js";
import { type Limits, type Problem, sizeText } from "./source/limits.js";
import { SNIFF_BYTES } from "./source/split-lines.js";
import { LOOK_BACK_S, type TimeWindow } from "./source/time-window.js";
import { unknownParser } from "./source/unknown-parser.js";
import type { FoundFile, RefusedFile } from "./source/walk-evidence.js";
import { seekTime } from "./source/window-seek.js";
import { openWindowed, type WindowedParser } from "./windowed-parser.js";

export interface ReadSettings {
  readonly limits: Limits;
  readonly window: TimeWindow;
  readonly formats: readonly EvidenceFormat[];
  readonly sink: IngestSink;
  readonly openDatabase: OpenForeignDatabase | undefined;
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

  constructor(private readonly settings: ReadSettings) {}

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
    const sourceId = sink.openSource(descriptor);
    const head = await found.bytes.peek(SNIFF_BYTES);
    const format = recognise(head, descriptor.path, this.settings.formats);
    const info = {
      sourceId,
      path: descriptor.path,
      modifiedMs: descriptor.modifiedMs,
      maxLineBytes: limits.maxLineBytes,
      logSchemas: this.logSchemas,
      diskPath: found.diskPath,
      ...(this.settings.openDatabase === undefined ? {} : { openDatabase: this.settings.openDatabase }),
    };
    const outlet = {
      commands: sink.writeCommands.bind(sink),
      rows: sink.writeRows.bind(sink),
    };
    const parser = await this.openParser(found, format, info, outlet);
    try {
      const fed = await this.feed(found, parser);
      const outcome = await parser.end(found.problems.some(isLossAtEnd));
      this.close(sourceId, found, format, fed, outcome);
    } catch (error) {
      parser.abort();
      throw error;
    }
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
    const allowed = Math.min(limits.maxFileBytes, limits.maxTotalBytes - this.sums.bytes);
    let bytes = 0;
    for (;;) {
      const chunk = await found.bytes.next(allowed - bytes);
      if (chunk === null) break;
      bytes += chunk.length;
      hash.update(chunk);
      await parser.push(ownCopy(chunk));
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
    sourceId: number,
    found: FoundFile,
    format: EvidenceFormat | null,
    fed: Fed,
    outcome: ParseOutcome,
  ): void {
    const original = fed.bytes > 0 ? this.seen.get(fed.sha256) : undefined;
    this.seen.set(fed.sha256, original ?? found.descriptor.path);
    const bytes = fed.bytes + fed.skippedBytes;
    const problems = [...found.problems, ...this.recognitionProblem(fed, format)];
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
    };
    const closed = original === undefined ? summary : asDuplicate(summary, original);
    const { kept } = this.settings.sink.closeSource(sourceId, closed);
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
