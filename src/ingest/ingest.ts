import type { Readable } from "node:stream";
import type { ProgressListener } from "../base/progress.js";
import type { IngestSink } from "../contracts/ingest-sink.js";
import type { EvidenceFormat } from "./evidence-format.js";
import { FORMATS } from "./formats/registry.js";
import type { Limits } from "./source/limits.js";
import { listDisk } from "./source/list-disk.js";
import { FileReader, type IngestTotals } from "./read-file.js";
import type { TimeWindow } from "./source/time-window.js";
import { walkEvidence } from "./source/walk-evidence.js";

export interface IngestOptions {
  /** What `-` reads. */
  readonly stdin?: Readable;
  readonly limits: Limits;
  readonly window: TimeWindow;
  /** For tests; all known formats otherwise. */
  readonly formats?: readonly EvidenceFormat[];
}

/**
 * Reads all evidence in `paths` (files, folders, archives, `-`) and hands records to the sink, file by file. Nothing
 * is written to disk. Throws OperatorError `no-such-path` when a PATH does not exist and `unreadable-path` when none
 * may be read; everything else that is wrong with the evidence becomes warnings, notes and refusals. What the sink
 * throws (Interrupted) passes through.
 */
export async function ingestEvidence(
  paths: readonly string[],
  options: IngestOptions,
  sink: IngestSink,
  progress: ProgressListener,
): Promise<IngestTotals> {
  const { limits, window, stdin, formats = FORMATS } = options;
  const items = await listDisk(paths, limits.maxEntries);
  const sizes = items.filter((item) => item.refusal === null).map((item) => item.descriptor.storedBytes);
  const total = sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const reader = new FileReader({ limits, window, formats, sink, progress, totalStoredBytes: total });
  const walk = walkEvidence(items, { limits, stdin, onRead: (bytes) => reader.countStored(bytes) });
  for await (const found of walk) {
    if (found.kind === "refused") reader.refuse(found);
    else await reader.read(found);
  }
  return reader.totals();
}
