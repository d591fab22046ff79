import type { AnalysisDocument } from "./analysis.js";

/** One bar of the lock timeline; instants in epoch ms UTC. */
export interface TimelineBar {
  readonly server: string;
  readonly incident: string | null;
  readonly object: string;
  readonly mode: "read" | "write";
  readonly what: "wait" | "held";
  readonly pid: number | null;
  readonly user: string;
  readonly cmd: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** logged, captured or inferred */
  readonly certainty: string;
  readonly input: number;
  readonly line: number;
}

export interface ConcurrencyPoint {
  readonly atMs: number;
  readonly running: number;
}

/** All that a reporter may know. Reporters are pure: model in, text out. */
export interface ReportModel {
  readonly document: AnalysisDocument;
  readonly timeline: readonly TimelineBar[];
  readonly concurrency: readonly { readonly server: string; readonly points: readonly ConcurrencyPoint[] }[];
  /** Per server: minutes east of UTC at the incident, and the label to print behind local times (e.g. "UTC", "+01:00"). */
  readonly zones: Readonly<Record<string, { readonly offsetMinutes: number; readonly label: string }>>;
  /** Path of the HTML report to name on the first screen; null when none was written. */
  readonly reportPath: string | null;
  readonly casePath: string | null;
}

export interface Reporter {
  readonly id: string;
  readonly mediaType: string;
  render(model: ReportModel): string;
}
