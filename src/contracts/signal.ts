import type { ZodType } from "zod";
import type { Category } from "./analysis.js";
import type { CaseReader, CommandFact } from "./case-reader.js";
import type { Capability } from "./evidence.js";
import type { EvidenceRef, LockAnalysis, LockCluster } from "./lock-facts.js";
import type { Severity } from "./severity.js";

/** A fact with its number and the line it was read from. `text` is complete English with the value in it. */
export interface Fact {
  readonly text: string;
  readonly value: number | string | null;
  readonly unit: string | null;
  readonly ref: EvidenceRef;
}

/** A command that was refused, failed, killed or slowed down; `user` empty where the log does not tell. */
export interface HarmedCommand {
  readonly pid: number;
  readonly user: string;
  readonly atMs: number;
}

/** What one detector found on one server. Several signals may become one incident. */
export interface Signal {
  readonly detector: string;
  /** Which of the things it can find, where there are several (`clean-stop`, `log-volume`): causes go by it. */
  readonly kind?: string;
  /** Commands it cost something other than a lock wait, where they can be counted; each once. */
  readonly harmed?: readonly HarmedCommand[];
  readonly serverId: number;
  readonly category: Category;
  readonly fromMs: number;
  readonly toMs: number;
  readonly resource: {
    readonly kind: "table" | "lock" | "trigger" | "host" | "client" | "server";
    readonly name: string;
    readonly mode: "read" | "write" | null;
  };
  /** The command that is the subject; null when there is none or it is unknown. */
  readonly subject: CommandFact | null;
  /** Present on lock signals. */
  readonly cluster: LockCluster | null;
  readonly facts: readonly Fact[];
  /** A detector may raise severity above what the counts say (corruption, disk full). */
  readonly severity: Severity | null;
}

/** What a detector reads: the case, and the lock graph of each server (computed once). */
export interface DetectContext {
  readonly reader: CaseReader;
  readonly locks: (serverId: number) => LockAnalysis;
}

/**
 * A detector is a question with declared needs and four answers: fired, clear, skipped (cannot tell), failed.
 * `detect` runs per server, only where all of `needs` are covered.
 */
export interface Detector<Settings = unknown> {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly needs: readonly Capability[];
  /** Alternatives: at least one of these must be covered too. */
  readonly needsAny?: readonly Capability[];
  /** It can say yes with less, but *clear* only with one of these. */
  readonly clearNeedsAny?: readonly Capability[];
  /** Object with a documented default for every key; `{}` must parse. */
  readonly settings: ZodType<Settings>;
  /** For docs/detectors.md: what makes it fire wrongly, and where the rule comes from. */
  readonly falseAlarms: string;
  readonly source: string;
  detect(context: DetectContext, serverId: number, settings: Settings): Iterable<Signal>;
}

export type DetectorRun =
  | {
      readonly detector: string;
      readonly serverId: number;
      readonly status: "fired";
      readonly signals: readonly Signal[];
    }
  | { readonly detector: string; readonly serverId: number; readonly status: "clear" }
  | {
      readonly detector: string;
      readonly serverId: number;
      readonly status: "skipped";
      readonly missing: readonly Capability[];
    }
  | { readonly detector: string; readonly serverId: number; readonly status: "failed"; readonly message: string };
