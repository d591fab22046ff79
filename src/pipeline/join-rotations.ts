import type { CaseDb } from "../casedb/casedb.js";
import { COMMAND_FLAG } from "../contracts/record-batch.js";
import { joinLogEdges, logSeams } from "../ingest/ingest.js";
import { overlapOf, rotationOrder } from "../topology/topology.js";
import { sourceSketches } from "./name-servers.js";

/**
 * Joins the rotations of each server at their edges, in time order: bytes that stand in two files are dropped from one,
 * then the end of each file is parsed together with the start of the next, seeded with the commands still open. All but
 * the dropping is taken back when evidence is added to the case; equal bytes stay equal whatever comes.
 */
export function joinRotations(caseDb: CaseDb): void {
  const sketches = sourceSketches(caseDb);
  const logs = caseDb
    .serverSources()
    .map((ids) => rotationOrder(sketches.filter(({ id }) => ids.includes(id))).map(({ id }) => id));
  for (const ordered of logs) dropOverlaps(caseDb, ordered);
  caseDb.joining(() => {
    caseDb.settleLogs(caseDb.serverSources());
    for (const ordered of logs) joinSeams(caseDb, ordered);
    caseDb.recomputeRunningBase(logs);
    // Last, for until its pid was taken a command counts as running.
    for (const ordered of logs) caseDb.relatePids(ordered);
  });
}

function joinSeams(caseDb: CaseDb, ordered: readonly number[]): void {
  for (const { fragments, earlier, pids } of logSeams(edgeFiles(caseDb, ordered))) {
    const joined = joinLogEdges({ open: caseDb.openCommands(earlier, pids), earlier, fragments });
    caseDb.replaceCommands(joined.replaced, joined.batches, joined.rows);
    for (const { sourceId, ...change } of joined.accounts) caseDb.moveBytes(sourceId, change);
  }
}

function* edgeFiles(caseDb: CaseDb, ordered: readonly number[]) {
  for (const sourceId of ordered) {
    const { lines, firstS, lastS } = caseDb.source(sourceId);
    yield { sourceId, lines, firstS, lastS, edges: caseDb.edges(sourceId) };
  }
}

/** Lines of several processes are not quite in the order of their times. */
const SLACK_S = 60;

/** Each file is held against the two before it: a rotation and a copy of the live log may both reach into it. */
function dropOverlaps(caseDb: CaseDb, ordered: readonly number[]): void {
  ordered.forEach((laterId, index) => {
    for (const earlierId of ordered.slice(Math.max(0, index - 2), index).reverse()) {
      const earlier = caseDb.source(earlierId);
      const later = caseDb.source(laterId);
      if (earlier.lastS === null || later.firstS === null || later.firstS > earlier.lastS + SLACK_S) continue;
      const overlap = overlapOf(
        logKeys(caseDb, earlierId, { fromS: later.firstS - SLACK_S }),
        logKeys(caseDb, laterId, { toS: earlier.lastS + SLACK_S }),
        earlier.bytes,
        later.bytes,
      );
      if (overlap === null) continue;
      caseDb.dropOverlap(earlierId, laterId, overlap.laterBytes, overlap.drop);
      return;
    }
  });
}

function logKeys(caseDb: CaseDb, sourceId: number, range: { fromS?: number; toS?: number }) {
  const told = [COMMAND_FLAG.hasCompletion, COMMAND_FLAG.hasTables];
  return caseDb.commandKeys(sourceId, range).map((key) => ({
    ...key,
    known: told.filter((flag) => key.flags & flag).length,
    background: (key.flags & COMMAND_FLAG.noCompletionKind) !== 0,
  }));
}
