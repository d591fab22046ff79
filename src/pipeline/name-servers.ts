import type { CaseDb } from "../casedb/casedb.js";
import { attributeServers, type SourceSketch } from "../topology/topology.js";

/** Says which file belongs to which server and stores it. `zone` is the operator's --tz, or null. */
export function nameServers(caseDb: CaseDb, zone: string | null): void {
  const sketches = sourceSketches(caseDb);
  const groups = attributeServers(sketches, zone, (captureId, logIds) => caseDb.pidMatches(captureId, logIds));
  caseDb.setServers(groups);
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
