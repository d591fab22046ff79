import { expect, test } from "vitest";
import { analyzeLocks } from "../../../src/analysis/locks/locks.js";
import { CROWD_END_MS, CROWD_ROOT_PID, CROWDS, type Crowd, crowd } from "../../support/crowd.js";

function graphOf(kind: Crowd, waiters: number) {
  const commands = crowd(kind, waiters);
  return analyzeLocks({ commands, capturedLocks: [], capturedProcesses: [], logEndMs: CROWD_END_MS });
}

/** Its time is measured by bench/graphs.ts --waiters 20000. */
test.each(CROWDS.filter((kind) => kind !== "chain"))("20,000 waiters (%s) lead back to one root", (kind) => {
  const found = graphOf(kind, 20_000);
  expect(found.clusters).toHaveLength(1);
  const [cluster] = found.clusters;
  expect(cluster?.roots.map((root) => found.actors.get(root.actor)?.pid)).toEqual([CROWD_ROOT_PID]);
  expect(cluster?.victims).toHaveLength(20_000);
  const { fromMs, toMs } = cluster ?? { fromMs: Number.NaN, toMs: Number.NaN };
  expect(fromMs).toBe(
    cluster?.victims.reduce((least, { fromMs: at }) => Math.min(least, at), Number.POSITIVE_INFINITY),
  );
  expect(toMs).toBe(cluster?.victims.reduce((most, { toMs: at }) => Math.max(most, at), Number.NEGATIVE_INFINITY));
  expect(cluster?.convoy).toBe(false);
});

/** Blame is handed on over eight links; farther ones stand for themselves, but all of them are there. */
test("a chain of 100,000 in which everybody waits for the one before is followed without recursion", {
  timeout: 300_000,
}, () => {
  const found = graphOf("chain", 100_000);
  expect(found.clusters.reduce((sum, { victims }) => sum + victims.length, 0)).toBeGreaterThan(99_000);
  const rooted = found.clusters.filter(({ roots }) => roots.length > 0);
  expect(rooted.map(({ roots }) => found.actors.get(roots[0]?.actor ?? "")?.pid)).toContain(CROWD_ROOT_PID);
});
