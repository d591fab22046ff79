import type { AnalysisDocument } from "./analysis.js";
import type { IncidentKnowledge } from "./knowledge.js";

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

/** What one user, program or place lost in an incident. */
export interface ImpactShare {
  readonly name: string;
  readonly commands: number;
  readonly users: number;
  /** Waiting time in all; 0 where commands were hurt in another way. */
  readonly blockedSeconds: number;
}

/** What would have been without one root: the lock queue replayed with everybody else's own work unchanged. */
export interface WithoutRoot {
  readonly pid: number | null;
  readonly user: string;
  readonly cmd: string;
  readonly resource: string;
  /** Victims that would have waited less than a second. */
  readonly freedCommands: number;
  readonly savedSeconds: number;
}

/** The victims of an incident split three ways, most waiting first; each list has all of them. */
export interface ImpactBreakdown {
  readonly byUser: readonly ImpactShare[];
  /** By program, without its version. */
  readonly byApplication: readonly ImpactShare[];
  /** By proxy or broker where they came through one, else by network. */
  readonly byPlace: readonly ImpactShare[];
  /** One for each root of a lock incident, the named one first. */
  readonly without?: readonly WithoutRoot[];
}

/** All that a reporter may know. Reporters are pure: model in, text out. */
export interface ReportModel {
  readonly document: AnalysisDocument;
  readonly timeline: readonly TimelineBar[];
  readonly concurrency: readonly { readonly server: string; readonly points: readonly ConcurrencyPoint[] }[];
  /** Per server: minutes east of UTC at the incident, and the label to print behind local times (e.g. "UTC", "+01:00"). */
  readonly zones: Readonly<Record<string, { readonly offsetMinutes: number; readonly label: string }>>;
  /** By incident id; not part of the document. */
  readonly impact?: Readonly<Record<string, ImpactBreakdown>>;
  /** By incident id; absent where no knowledge was asked. */
  readonly knowledge?: Readonly<Record<string, IncidentKnowledge>>;
  /** What the operator should know about the run itself, a line each: a knowledge base that is out of date, say. */
  readonly notes?: readonly string[];
  /** Path of the HTML report to name on the first screen; null when none was written. */
  readonly reportPath: string | null;
  readonly casePath: string | null;
}

export interface Reporter {
  readonly id: string;
  readonly mediaType: string;
  render(model: ReportModel): string;
}
