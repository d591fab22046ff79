import type { ProgressListener } from "../base/progress.js";
import type { IngestSink, SourceDescriptor, SourceSummary } from "../contracts/ingest-sink.js";
import { RECORD_TABLES, type RecordBatch, textAt } from "../contracts/record-batch.js";
import { defaultLimits, ingestEvidence } from "../ingest/ingest.js";
import { attributeServers, type SourceSketch } from "../topology/topology.js";

export interface SurveyOptions {
  readonly limits: Readonly<Record<string, number>>;
  readonly zone: string | null;
  readonly checkpoint: () => void;
  readonly progress: ProgressListener;
}

/** Local seconds of the first and last line of all P4LOGs, and the zones their servers keep. */
export interface LogSurvey {
  readonly firstS: number;
  readonly lastS: number;
  readonly zones: readonly string[];
}

/**
 * Reads the evidence once without keeping any of it, for bounds that can't be understood before the logs are known:
 * a time without its day, or a zoned time where only a capture tells the zone. Null without a P4LOG that has a time.
 */
export async function surveyLogs(paths: readonly string[], options: SurveyOptions): Promise<LogSurvey | null> {
  const sink = new SurveySink(options.checkpoint);
  const limits = { ...defaultLimits(), ...options.limits };
  await ingestEvidence(paths, { limits }, sink, (event) => options.progress({ ...event, stage: "survey" }));
  const logs = sink.sketches.filter(({ kind, firstS, lastS }) => kind === "p4log" && firstS !== null && lastS !== null);
  if (logs.length === 0) return null;
  const logIds = new Set(logs.map(({ id }) => id));
  const servers = attributeServers(sink.sketches, options.zone, () => 0);
  const zones = servers
    .filter(({ sourceIds }) => sourceIds.some((id) => logIds.has(id)))
    .map((server) => server.timeZone);
  return {
    firstS: Math.min(...logs.map(({ firstS }) => firstS ?? 0)),
    lastS: Math.max(...logs.map(({ lastS }) => lastS ?? 0)),
    zones: [...new Set(zones)].sort(),
  };
}

type Fact = SourceSketch["facts"][number];

class SurveySink implements IngestSink {
  readonly sketches: SourceSketch[] = [];
  private readonly paths: string[] = [];
  private readonly facts = new Map<number, Fact[]>();

  constructor(readonly checkpoint: () => void) {}

  openSource(descriptor: SourceDescriptor): number {
    return this.paths.push(descriptor.path);
  }

  writeCommands(): void {}

  writeRows(batch: RecordBatch): void {
    if (batch.table !== "server_fact") return;
    const { numbers, texts } = RECORD_TABLES.server_fact;
    const text = (row: number, name: (typeof texts)[number]) =>
      textAt(batch, row * texts.length + texts.indexOf(name)) ?? "";
    for (let row = 0; row < batch.rowCount; row++) {
      const sourceId = batch.numbers[row * numbers.length + numbers.indexOf("source_id")] ?? 0;
      const known = this.facts.get(sourceId) ?? [];
      this.facts.set(sourceId, known);
      known.push({ kind: text(row, "kind"), name: text(row, "name"), value: text(row, "value") });
    }
  }

  closeSource(sourceId: number, { kind, firstS, lastS }: SourceSummary): { kept: boolean } {
    const path = this.paths[sourceId - 1] ?? "";
    this.sketches.push({ id: sourceId, path, kind, firstS, lastS, facts: this.facts.get(sourceId) ?? [] });
    return { kept: true };
  }

  refuseSource(): void {}
}
