import type { Category } from "./analysis.js";
import type { EvidenceRef, LockCluster, RootFinding, VictimFinding } from "./lock-facts.js";
import type { Severity } from "./severity.js";
import type { Signal } from "./signal.js";

/** Whom an incident cost what, in ms; CONTRACT section 2 defines each. */
export interface ImpactFacts {
  readonly blockedCommands: number;
  readonly blockedUsers: number;
  readonly blockedMs: number;
  readonly longestWaitMs: number;
  readonly peakRunning: number;
  readonly avoidableMs: number;
  /** Commands refused, failed, killed or slowed down other than by lock waits, and their users, where countable. */
  readonly harmedCommands: number;
  readonly harmedUsers: number;
}

/** One incident as the incident room leaves it: grouped, measured, not yet explained. Instants in local ms. */
export interface IncidentDraft {
  /** inc-1, inc-2 ... in the order of the document. */
  readonly id: string;
  readonly serverId: number;
  /** What the signals say; a cause may make it more specific. */
  readonly category: Category;
  readonly severity: Severity;
  /** Whole seconds, widened outwards: the log has no finer clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The signal that stands for the incident. */
  readonly primary: Signal;
  /** All signals of the incident, the primary first. */
  readonly signals: readonly Signal[];
  /** The lock episode, null for incidents without one. */
  readonly cluster: LockCluster | null;
  /** The blocker that is named; null when none is known or no single one exists. */
  readonly root: RootFinding | null;
  /** Commands with at least a second of waits (or seen waiting), each once, longest first. */
  readonly victims: readonly VictimFinding[];
  readonly impact: ImpactFacts;
}

/** The answer to "was there an incident", and what would have answered better. */
export interface VerdictDecision {
  readonly verdict: "incident" | "no-incident" | "insufficient-evidence";
  readonly missing: readonly string[];
}

/** What the corridor lends to the rooms that write the document. */
export interface DocumentHelpers {
  /** ISO 8601 UTC of a server's local ms. */
  toUtcIso(serverId: number, localMs: number): string;
  /** `inputs[].id` of the file a line came from. */
  inputIdOf(ref: EvidenceRef): number;
}
