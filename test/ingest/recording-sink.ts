import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noProgress } from "../../src/base/progress.js";
import type { IngestSink, SourceSummary } from "../../src/contracts/ingest-sink.js";
import { numberAt, RECORD_TABLES, type RecordBatch, textAt } from "../../src/contracts/record-batch.js";
import type { EvidenceFormat, ParseOutcome } from "../../src/ingest/evidence-format.js";
import { type IngestOptions, type IngestTotals, ingestEvidence } from "../../src/ingest/ingest.js";

export type Row = Record<string, number | string | null> & { table: string };

export interface Ingested {
  readonly files: { readonly path: string; readonly summary: SourceSummary }[];
  readonly refused: { readonly path: string; readonly reason: string }[];
  readonly rows: Row[];
  readonly totals: IngestTotals;
}

/** Runs the real ingest with a sink that only remembers, and drops second copies as a case does. */
export async function ingest(paths: readonly string[], options: IngestOptions = {}): Promise<Ingested> {
  const files: { path: string; summary: SourceSummary }[] = [];
  const refused: { path: string; reason: string }[] = [];
  const rows: Row[] = [];
  const opened: string[] = [];
  const seen = new Set<string>();
  const sink: IngestSink = {
    openSource: ({ path }) => opened.push(path),
    writeCommands: (batch) => {
      for (const part of [batch.commands, ...batch.children]) rows.push(...rowsOf(part));
    },
    writeRows: (batch) => rows.push(...rowsOf(batch)),
    closeSource(sourceId, summary) {
      files.push({ path: opened[sourceId - 1] ?? "", summary });
      const kept = !seen.has(summary.sha256);
      seen.add(summary.sha256);
      return { kept };
    },
    refuseSource: ({ path }, reason) => refused.push({ path, reason }),
    checkpoint: () => {},
  };
  const totals = await ingestEvidence(paths, options, sink, noProgress);
  return { files, refused, rows, totals };
}

export function rowsOf(batch: RecordBatch): Row[] {
  const { numbers, texts } = RECORD_TABLES[batch.table];
  return Array.from({ length: batch.rowCount }, (_, index) => {
    const row: Row = { table: batch.table };
    numbers.forEach((name, column) => {
      const value = numberAt(batch, index, column);
      row[name] = Number.isNaN(value) ? null : value;
    });
    texts.forEach((name, column) => {
      row[name] = textAt(batch, index * texts.length + column);
    });
    return row;
  });
}

/** Parses one text with one format, in pieces of `pieceBytes`. */
export async function parseWith(
  format: EvidenceFormat,
  content: string | Uint8Array,
  source: { path?: string; modifiedMs?: number | null; maxLineBytes?: number; pieceBytes?: number } = {},
): Promise<{ rows: Row[]; outcome: ParseOutcome }> {
  const rows: Row[] = [];
  const { path = "capture.txt", modifiedMs = null, maxLineBytes = 1 << 20, pieceBytes = 7 } = source;
  const parser = format.open(
    { sourceId: 1, path, modifiedMs, maxLineBytes },
    {
      commands: (batch) => rows.push(...rowsOf(batch.commands)),
      rows: (batch) => rows.push(...rowsOf(batch)),
    },
  );
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; at += pieceBytes) await parser.push(bytes.slice(at, at + pieceBytes));
  return { rows, outcome: await parser.end() };
}

export function accounted(summary: SourceSummary | ParseOutcome): number {
  const { parsed, noise, unknown, skipped } = summary.account;
  return parsed + noise + unknown + skipped;
}

/** A folder for one test file; call the returned function when done. */
export function scratchFolder(): { readonly path: string; readonly at: (name: string) => string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "p4rca-ingest-"));
  return { path, at: (name) => join(path, name), remove: () => rmSync(path, { recursive: true, force: true }) };
}
