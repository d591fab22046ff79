import type { CaseDb } from "../casedb/casedb.js";
import { attributeServers, type SourceSketch } from "../topology/topology.js";

/** Says which file belongs to which server and stores it. `zone` is the operator's --tz, or null. */
export function nameServers(caseDb: CaseDb, zone: string | null): void {
  const sketches = sourceSketches(caseDb);
  const groups = attributeServers(
    sketches,
    zone,
    (captureId, logIds) => caseDb.pidMatches(captureId, logIds),
    (some, others) => some.some((a) => others.some((b) => shareLines(caseDb, a, b))),
  );
  caseDb.setServers(groups);
}

/** Start lines compared; a copy of a log shares them all, two servers none. */
const COMPARED = 200;
/** Fewer than this may be chance: commands of a script that starts everywhere at once, with equal pids. */
const FEWEST_SHARED = 3;

/** Do two logs hold the same lines in the time that both cover? */
function shareLines(caseDb: CaseDb, a: number, b: number): boolean {
  const [one, other] = [caseDb.source(a), caseDb.source(b)];
  const fromS = Math.max(one.firstS ?? Number.POSITIVE_INFINITY, other.firstS ?? Number.POSITIVE_INFINITY);
  const toS = Math.min(one.lastS ?? Number.NEGATIVE_INFINITY, other.lastS ?? Number.NEGATIVE_INFINITY);
  if (fromS > toS) return false;
  const sample = caseDb.commandKeys(a, { fromS, toS }).slice(0, COMPARED);
  const known = new Set(sample.map((key) => key.keyHash));
  const lastS = sample.reduce((latest, key) => Math.max(latest, key.startS), fromS);
  const shared = caseDb.commandKeys(b, { fromS, toS: lastS }).filter((key) => known.has(key.keyHash)).length;
  return shared >= FEWEST_SHARED && shared * 2 >= sample.length;
}

export function sourceSketches(caseDb: CaseDb): SourceSketch[] {
  return caseDb
    .sources()
    .filter((source) => source.state === "done")
    .map((source) => ({
      id: source.id,
      path: source.path,
      kind: source.kind,
      firstS: source.firstS,
      lastS: source.lastS,
      facts: caseDb.facts(source.id),
    }));
}
