import type { CaseDb } from "../casedb/casedb.js";
import type { LogFragment } from "../contracts/ingest-sink.js";
import { COMMAND_FLAG } from "../contracts/record-batch.js";
import { joinLogEdges } from "../ingest/ingest.js";
import { overlapOf, rotationOrder } from "../topology/topology.js";
import { sourceSketches } from "./name-servers.js";

interface Placed {
  readonly sourceId: number;
  readonly fragment: LogFragment;
}

/**
 * Joins the rotations of each server at their edges, in time order: bytes that stand in two files are dropped from one,
 * then the end of each file is parsed together with the start of the next, seeded with the commands still open.
 */
export function joinRotations(caseDb: CaseDb): void {
  const sketches = sourceSketches(caseDb);
  for (const sourceIds of caseDb.serverSources()) {
    const ordered = rotationOrder(sketches.filter((sketch) => sourceIds.includes(sketch.id))).map(({ id }) => id);
    dropOverlaps(caseDb, ordered);
    joinEdges(caseDb, ordered);
  }
}

function joinEdges(caseDb: CaseDb, ordered: readonly number[]): void {
  let tail: Placed[] = [];
  ordered.forEach((sourceId, index) => {
    const edges = caseDb.edges(sourceId);
    const fragments = [...tail, ...edges.head.map((fragment) => ({ sourceId, fragment }))];
    joinOne(caseDb, ordered.slice(0, index), fragments);
    tail = edges.tail === null ? [] : [{ sourceId, fragment: edges.tail }];
  });
  joinOne(caseDb, ordered, tail);
  caseDb.clearEdges(ordered);
}

function joinOne(caseDb: CaseDb, earlier: readonly number[], fragments: readonly Placed[]): void {
  if (fragments.length === 0) return;
  const result = joinLogEdges({ open: caseDb.openCommands(earlier), fragments });
  caseDb.replaceCommands(result.replaced, result.batches, result.rows);
}

/** Each file is held against the two before it: a rotation and a copy of the live log may both reach into it. */
function dropOverlaps(caseDb: CaseDb, ordered: readonly number[]): void {
  ordered.forEach((laterId, index) => {
    for (const earlierId of ordered.slice(Math.max(0, index - 2), index).reverse()) {
      const earlier = caseDb.source(earlierId);
      const later = caseDb.source(laterId);
      if (earlier.lastS === null || later.firstS === null || later.firstS > earlier.lastS) continue;
      const overlap = overlapOf(
        logKeys(caseDb, earlierId, { fromS: later.firstS }),
        logKeys(caseDb, laterId, { toS: earlier.lastS }),
        earlier.bytes,
      );
      if (overlap === null) continue;
      caseDb.dropOverlap(earlierId, laterId, overlap.laterBytes, overlap.drop);
      return;
    }
  });
}

function logKeys(caseDb: CaseDb, sourceId: number, range: { fromS?: number; toS?: number }) {
  return [...caseDb.commandKeys(sourceId, range)].map((key) => ({
    ...key,
    background: (key.flags & COMMAND_FLAG.noCompletionKind) !== 0,
  }));
}
