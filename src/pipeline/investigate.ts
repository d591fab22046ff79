import { runDetectors } from "../analysis/detect/detect.js";
import { decideVerdict, groupIncidents } from "../analysis/incident/incident.js";
import { analyzeLocks } from "../analysis/locks/locks.js";
import type { CaseReader } from "../contracts/case-reader.js";
import type { IncidentDraft, VerdictDecision } from "../contracts/incident-draft.js";
import type { LockAnalysis } from "../contracts/lock-facts.js";
import type { Settings } from "../contracts/settings.js";
import type { DetectContext, DetectorRun } from "../contracts/signal.js";

/** Waits and holds below this can't have hurt anyone; they are not loaded into the graph. */
const LEAST_LOCK_MS = 100;

export interface Findings {
  readonly reader: CaseReader;
  readonly context: DetectContext;
  readonly runs: readonly DetectorRun[];
  readonly drafts: readonly IncidentDraft[];
  readonly verdict: VerdictDecision;
}

/** Rows -> lock graph -> signals -> incidents -> verdict, over every server of the case. */
export function investigate(reader: CaseReader, settings: Settings): Findings {
  const context: DetectContext = { reader, locks: rememberPerServer((serverId) => lockGraph(reader, serverId)) };
  const runs = runDetectors(context, settings.detectors ?? {});
  const drafts = groupIncidents(runs, context, defined(settings.severity ?? {}));
  return { reader, context, runs, drafts, verdict: decideVerdict(drafts, runs, context) };
}

function lockGraph(reader: CaseReader, serverId: number): LockAnalysis {
  return analyzeLocks({
    commands: reader.lockCommands(serverId, LEAST_LOCK_MS),
    capturedLocks: reader.capturedLocks(serverId),
    capturedProcesses: reader.capturedProcesses(serverId),
    logEndMs: reader.window(serverId)?.lastMs ?? 0,
    losses: reader.logLosses(serverId),
  });
}

function rememberPerServer(compute: (serverId: number) => LockAnalysis): (serverId: number) => LockAnalysis {
  const known = new Map<number, LockAnalysis>();
  return (serverId) => {
    const graph = known.get(serverId) ?? compute(serverId);
    known.set(serverId, graph);
    return graph;
  };
}

function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> };
}
