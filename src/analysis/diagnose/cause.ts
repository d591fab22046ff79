import type { CommandClass, TimeBudget } from "../../base/perforce-command.js";
import type { Action, Category, Prevention } from "../../contracts/analysis.js";
import type { CaseReader, CommandFact, ServerFact, TriggerFact } from "../../contracts/case-reader.js";
import type { IncidentDraft } from "../../contracts/incident-draft.js";
import type { EvidenceRef, LockActor, LockAnalysis, RootFinding } from "../../contracts/lock-facts.js";
import type { Fact, Signal } from "../../contracts/signal.js";
import type { LockLines } from "./lock-lines.js";

/** The command that an incident is about: the blocker of a lock incident, else the slow command. */
export interface SubjectFacts {
  readonly pid: number;
  readonly cmd: string;
  readonly args: string;
  readonly user: string;
  readonly workspace: string;
  readonly ip: string;
  readonly app: string;
  readonly startMs: number | null;
  readonly endMs: number | null;
  /** Not completed by the end of the evidence. */
  readonly inFlight: boolean;
  /** Running at the end of the evidence as far as anybody can tell: in flight, and not missing from a later capture. */
  readonly alive: boolean;
  /** Known from captures only. */
  readonly captured: boolean;
  readonly ref: EvidenceRef | null;
  readonly verb: string;
  readonly kind: CommandClass;
  readonly readOnly: boolean;
  /** The log's record of it, null when known from captures only. */
  readonly command: CommandFact | null;
  readonly budget: TimeBudget | null;
  readonly triggers: readonly TriggerFact[];
}

/** All that a cause may look at. Plain values, one incident. */
export interface IncidentFacts {
  readonly draft: IncidentDraft;
  readonly reader: CaseReader;
  readonly server: ServerFact;
  readonly analysis: LockAnalysis;
  readonly subject: SubjectFacts | null;
  readonly root: RootFinding | null;
  readonly rootActor: LockActor | null;
  /** How sure the naming of the root is, 0..1 (locking-model 3.9); for incidents without locks, of the measurement. */
  readonly certainty: number;
  /** What single lines say about locks. */
  readonly lines: LockLines;
}

/** What speaks for and against one cause. `fit` is 0..1: how well the subject matches, given that it is the subject. */
export interface Weighing {
  readonly fit: number;
  readonly for: readonly Fact[];
  readonly against: readonly Fact[];
  readonly missing: readonly string[];
}

/** An action as a cause proposes it. Without facts of its own it rests on what speaks for the cause. */
export type ActionDraft = Omit<Action, "evidence"> & { readonly facts?: readonly Fact[] };

/**
 * One way a server stops serving people. `weigh` returns null when nothing in the evidence speaks for the cause: a cause
 * without evidence is never named.
 */
export interface Cause {
  /** Its id in the incident taxonomy; fixed by the contract. */
  readonly id: string;
  readonly title: string;
  /** For docs/known-patterns.md: how it is told from what looks like it, and where the pattern is described. */
  readonly apart: string;
  readonly source: string;
  /**
   * `operation`: the work that did it, preferred; `mechanism`: how it happened, named when no operation is recognised;
   * `contributing`: made it worse, never a cause by itself.
   */
  readonly role: "operation" | "mechanism" | "contributing";
  /** Categories of drafts that it can explain. */
  readonly explains: readonly Category[];
  /** Category of the incident when this is its cause; null keeps the draft's (CONTRACT section 3). */
  readonly category: Category | null;
  /** What makes it concrete where that is not the locked object: the trigger, say. */
  resource?(facts: IncidentFacts): Signal["resource"] | null;
  weigh(facts: IncidentFacts): Weighing | null;
  actions(facts: IncidentFacts): ActionDraft[];
  prevention(facts: IncidentFacts): Prevention[];
}
