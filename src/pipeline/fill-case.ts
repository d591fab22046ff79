import type { Readable } from "node:stream";
import { EXIT, OperatorError } from "../base/errors.js";
import type { ProgressListener } from "../base/progress.js";
import { type CaseDb, openForeignDatabase } from "../casedb/casedb.js";
import type { StoredSource } from "../contracts/case-store.js";
import { defaultLimits, evidenceIdentity, ingestEvidence } from "../ingest/ingest.js";
import { joinRotations } from "./join-rotations.js";
import { nameServers } from "./name-servers.js";

/** What the operator said about reading; bounds left out take their defaults (docs/limits.md). */
export interface IngestRequest {
  readonly stdin: Readable | null;
  /** Local seconds; null: no bound. */
  readonly fromS: number | null;
  readonly toS: number | null;
  readonly limits: Readonly<Record<string, number>>;
  /** Read everything again and compare its content, even where size and time of change say that it is the same. */
  readonly verify?: boolean;
}

export interface FillOptions {
  readonly request: IngestRequest;
  /** Zone of log times when the operator gave one. */
  readonly zone: string | null;
  /** Throws Interrupted after Ctrl-C. */
  readonly checkpoint: () => void;
  readonly progress: ProgressListener;
}

/**
 * Evidence into a case: every file parsed on its own, then servers told apart, rotations joined at their edges, and
 * late indexes built. A case may be filled more than once: what was joined comes apart first, so the order does not
 * matter, and evidence that has not changed by size and time since it was read is not read again. Throws OperatorError
 * `nothing-recognised` (exit 3) when nothing that was read is evidence.
 */
export async function fillCase(caseDb: CaseDb, paths: readonly string[], options: FillOptions): Promise<void> {
  const { request, progress, checkpoint } = options;
  const reading = {
    ...(request.stdin === null ? {} : { stdin: request.stdin }),
    openDatabase: openForeignDatabase,
    limits: { ...defaultLimits(), ...request.limits },
    window: { fromS: request.fromS, toS: request.toS },
    verify: request.verify === true,
  };
  const identity = `${await evidenceIdentity(paths, reading)} ${options.zone ?? ""}`;
  if (request.verify !== true && caseDb.isIngested(identity)) {
    progress({ stage: "ingest", done: 0, total: null, unit: "items", detail: "nothing has changed since it was read" });
    return;
  }
  const removed = caseDb.beginIngest(identity);
  if (removed > 0) {
    const detail = `${removed} files left by an interrupted run on other evidence were removed from the case`;
    progress({ stage: "ingest", done: 0, total: null, unit: "items", detail });
  }
  const before = new Set(caseDb.sources().map(({ id }) => id));
  const totals = await ingestEvidence(paths, reading, caseDb.sink(checkpoint), progress);
  progress({ stage: "join", done: 0, total: null, unit: "items", detail: "rotations and servers" });
  caseDb.atomically(() => {
    nameServers(caseDb, options.zone);
    joinRotations(caseDb);
    caseDb.finalize();
  });
  checkpoint();
  const sources = caseDb.sources();
  const isKnown = sources.some(({ state, kind }) => state === "done" && kind !== "unknown");
  if (totals.recognised > 0 || (totals.duplicates > 0 && isKnown)) return caseDb.noteIngested(identity);
  const read = sources.filter(({ id }) => !before.has(id));
  throw nothingRecognised(paths, read.length > 0 ? read : sources);
}

function nothingRecognised(paths: readonly string[], sources: readonly StoredSource[]): OperatorError {
  const seen = sources
    .slice(0, 5)
    .map(({ path, reason, notes }) => `${path} (${[reason ?? [], notes].flat().join("; ")})`);
  const more = sources.length > seen.length ? `; and ${sources.length - seen.length} more` : "";
  const list = seen.length === 0 ? "it holds no files" : `${seen.join("; ")}${more}`;
  return new OperatorError(
    "nothing-recognised",
    `no evidence recognised in ${paths.join(" ")}: ${list}`,
    EXIT.evidence,
    "p4rca reads P4LOGs, structured logs, what log2sql made, `p4 monitor show`, lslocks, lsof, syslog and more; see docs/collect.md.",
  );
}
