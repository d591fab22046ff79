import type { Readable } from "node:stream";
import { EXIT, OperatorError } from "../base/errors.js";
import type { ProgressListener } from "../base/progress.js";
import type { CaseDb } from "../casedb/casedb.js";
import { defaultLimits, ingestEvidence } from "../ingest/ingest.js";
import { joinRotations } from "./join-rotations.js";
import { nameServers } from "./name-servers.js";

/** What the operator said about reading; bounds left out take their defaults (docs/limits.md). */
export interface IngestRequest {
  readonly stdin: Readable | null;
  /** Local seconds; null: no bound. */
  readonly fromS: number | null;
  readonly toS: number | null;
  readonly limits: Readonly<Record<string, number>>;
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
 * late indexes built. Throws OperatorError `nothing-recognised` (exit 3) when the case holds no evidence afterwards.
 */
export async function fillCase(caseDb: CaseDb, paths: readonly string[], options: FillOptions): Promise<void> {
  const { request, progress, checkpoint } = options;
  await ingestEvidence(
    paths,
    {
      ...(request.stdin === null ? {} : { stdin: request.stdin }),
      limits: { ...defaultLimits(), ...request.limits },
      window: { fromS: request.fromS, toS: request.toS },
    },
    caseDb.sink(checkpoint),
    progress,
  );
  progress({ stage: "join", done: 0, total: null, unit: "items", detail: "rotations and servers" });
  nameServers(caseDb, options.zone);
  joinRotations(caseDb);
  caseDb.recomputeRunningBase();
  caseDb.finalize();
  checkpoint();
  refuseEmpty(caseDb, paths);
}

function refuseEmpty(caseDb: CaseDb, paths: readonly string[]): void {
  const sources = caseDb.sources();
  if (sources.some((source) => source.state === "done" && source.kind !== "unknown")) return;
  const seen = sources.slice(0, 5).map((source) => `${source.path} (${source.reason ?? "not recognised"})`);
  const list = seen.length === 0 ? "it holds no files" : seen.join("; ");
  throw new OperatorError(
    "nothing-recognised",
    `no evidence recognised in ${paths.join(" ")}: ${list}`,
    EXIT.evidence,
    "p4rca reads P4LOGs, `p4 monitor show`, lslocks, lsof, syslog, `p4 info` and `p4 configure show`; see docs/collect.md.",
  );
}
