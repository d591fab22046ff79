import { expect, test } from "vitest";
import { analyzeLocks } from "../../../src/analysis/locks/locks.js";
import { CROWD_END_MS, CROWD_ROOT_PID, CROWDS, crowd } from "../../support/crowd.js";

/** Its time is measured by bench/graphs.ts --waiters 20000. */
test.each(CROWDS)("20,000 waiters (%s) lead back to one root", (kind) => {
  const commands = crowd(kind, 20_000);
  const found = analyzeLocks({ commands, capturedLocks: [], capturedProcesses: [], logEndMs: CROWD_END_MS });
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
