/**
 * What the locks room takes in and gives out. Plain values: no clock, no I/O.
 *
 * Instants are milliseconds of the server's own local clock counted as if it were UTC ("local ms"); the log has whole
 * seconds, so a command that "started in second S" began somewhere in [S, S+1000).
 */
export interface EvidenceRef {
  readonly sourceId: number;
  readonly lineNo: number;
  readonly byteOffset: number;
}

export type LockMode = "R" | "W";

/** One lock object used by one command in one mode, as totals over the whole command (track output has nothing finer). */
export interface LockUse {
  /** db.rev, rdb.lbr, meta/commit, clients/my.ws, change/1234, storageup/storageup ... */
  readonly object: string;
  readonly mode: LockMode;
  /** Acquisitions in this mode; null when the section had no `locks read/write` line. */
  readonly count: number | null;
  readonly waitMs: number;
  readonly heldMs: number;
  /** Largest single wait and hold; null without a `max lock` line, which means at most one acquisition a mode. */
  readonly maxWaitMs: number | null;
  readonly maxHeldMs: number | null;
  /** Position of the section in the track block = lock order. Server-lock sections come in their own, earlier blocks. */
  readonly ordinal: number;
  readonly ref: EvidenceRef;
}

export interface LockCommand {
  readonly commandId: number;
  readonly pid: number;
  readonly cmd: string;
  readonly args: string;
  readonly user: string;
  readonly workspace: string;
  readonly app: string;
  readonly ip: string;
  /** Second of the start line, in local ms (a multiple of 1000). */
  readonly startMs: number;
  /** Second of the completion line in local ms; null when none was logged. */
  readonly endMs: number | null;
  /** Logged lapse, cut (not rounded) to three significant digits; null when not logged. */
  readonly lapseMs: number | null;
  /** Last `compute end`, cut likewise: db read locks end at or before it. */
  readonly computeMs: number | null;
  /** Second of that `compute end` line in local ms, where known: narrows the true start. */
  readonly computeAtMs?: number | null;
  /** N of `locks acquired by blocking after N non-blocking attempts`; null when the line is absent. */
  readonly lockAttempts: number | null;
  readonly hasTrack: boolean;
  readonly uses: readonly LockUse[];
  /** The start line (or the first line known of it). */
  readonly ref: EvidenceRef;
  readonly endRef: EvidenceRef | null;
}

/** One row of lslocks, lsof or `monitor show -L`. */
export interface CapturedLock {
  readonly captureId: number;
  readonly origin: "lslocks" | "lsof" | "monitor";
  readonly takenMs: number | null;
  readonly pid: number;
  /** p4d's name of the object, null when the path was unreadable; then `inode` may still join rows. */
  readonly object: string | null;
  readonly inode: number | null;
  readonly mode: LockMode;
  readonly waiting: boolean;
  readonly blockerPid: number | null;
  readonly ref: EvidenceRef;
}

/** One row of `p4 monitor show`. */
export interface CapturedProcess {
  readonly captureId: number;
  readonly takenMs: number | null;
  readonly pid: number;
  readonly state: string;
  readonly user: string;
  readonly workspace: string | null;
  readonly cmd: string;
  readonly args: string;
  readonly app: string | null;
  readonly ip: string | null;
  readonly elapsedMs: number | null;
  readonly ref: EvidenceRef;
}

export interface LockInput {
  /**
   * Every command with a wait or a hold worth looking at, every command that never completed, and every command whose
   * pid a capture names (else a short one looks like a process outside the log); by start.
   */
  readonly commands: readonly LockCommand[];
  readonly capturedLocks: readonly CapturedLock[];
  readonly capturedProcesses: readonly CapturedProcess[];
  /** Local ms of the last line of the log: the right end of everything still open. */
  readonly logEndMs: number;
  /** Times of which lines may be missing; see CaseReader.logLosses. */
  readonly losses?: readonly { readonly fromMs: number; readonly toMs: number }[];
}

/** `logged`: both sides in track output; `captured`: seen in lslocks, lsof or monitor; `inferred`: from a shadow. */
export type Certainty = "logged" | "captured" | "inferred";

/** A party of the graph: a command of the log, a process known from captures only, or a holder nobody saw (pid null). */
export interface LockActor {
  readonly key: string;
  readonly commandId: number | null;
  readonly pid: number | null;
  readonly cmd: string;
  readonly args: string;
  readonly user: string;
  readonly workspace: string;
  readonly app: string | null;
  readonly ip: string | null;
  readonly startMs: number | null;
  readonly endMs: number | null;
  /** Not completed by the end of the evidence. */
  readonly inFlight: boolean;
  readonly ref: EvidenceRef | null;
}

/** A wait or a hold placed in time: [fromMs, toMs] is the midpoint placement, slackMs how far either end may be off. */
export interface LockSpan {
  readonly actor: string;
  readonly object: string;
  readonly mode: LockMode;
  readonly what: "wait" | "held";
  readonly fromMs: number;
  readonly toMs: number;
  readonly slackMs: number;
  readonly certainty: Certainty;
  readonly ref: EvidenceRef;
}

export interface BlockEdge {
  readonly blocker: string;
  readonly blocked: string;
  readonly object: string;
  readonly blockerMode: LockMode;
  readonly blockedMode: LockMode;
  /** Overlap of the hold with the wait at the midpoint placement, and the part that holds in every placement. */
  readonly overlapMs: number;
  readonly certainMs: number;
  readonly certainty: Certainty;
  /** A fair queue (not Linux): both are readers, and this writer waits between them. */
  readonly behindWriter?: string | null;
  readonly refs: readonly EvidenceRef[];
}

export interface RootFinding {
  readonly actor: string;
  readonly object: string;
  readonly mode: LockMode | null;
  readonly heldMs: number | null;
  /** The root's own waits; under a fifth of its hold. */
  readonly ownWaitMs: number;
  /** Waiting time of the victims that leads back to this root. */
  readonly explainedMs: number;
  readonly victimCount: number;
  /** 0..1, how sure the naming is; see docs/decisions on the lock graph. */
  readonly score: number;
  readonly certainty: Certainty;
  /** The victims' waits end where this hold ends (null: the hold has no known end). */
  readonly releaseEdge: boolean | null;
  /** The lock queue replayed without this root: waiting of the others that would not have been, ms. */
  readonly avoidableMs?: number;
  /** Victims that would have waited under a second in that replay. */
  readonly freedCommands?: number;
  readonly refs: readonly EvidenceRef[];
}

export interface VictimFinding {
  readonly actor: string;
  /** Union of its waits that lead back to a root of the cluster. */
  readonly waitMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Where it waited longest. */
  readonly object: string;
  readonly mode: LockMode;
  /** Holds something others wait for while it waits itself. */
  readonly carrier: boolean;
  readonly root: string | null;
  readonly refs: readonly EvidenceRef[];
}

/** One episode of contention: what waits on each other belongs together. */
export interface LockCluster {
  readonly id: string;
  /** `table`: db.* or meta/*; `client`: one workspace's clients/ or clientEntity/ queue; `other`: labels, changes ... */
  readonly scope: "table" | "client" | "other";
  readonly fromMs: number;
  readonly toMs: number;
  /** Best first. More than one with `tie` false: several independent roots. */
  readonly roots: readonly RootFinding[];
  /** The roots are alternatives: the evidence cannot tell which one it was. */
  readonly tie: boolean;
  /** Many short holders, none long: no single root. */
  readonly convoy: boolean;
  readonly victims: readonly VictimFinding[];
  readonly edges: readonly BlockEdge[];
  /** Keys of actors that wait on each other in a circle, as seen in a capture. */
  readonly cycles: readonly (readonly string[])[];
  /** Waiting time whose holder is not in the evidence. */
  readonly unexplainedMs: number;
  /** Waiting time that would not have been without the first root (lock queue replayed without it). */
  readonly avoidableMs: number;
}

export interface LockAnalysis {
  readonly actors: ReadonlyMap<string, LockActor>;
  readonly clusters: readonly LockCluster[];
  /** For the timeline: spans of the actors of the clusters. */
  readonly spans: readonly LockSpan[];
}
