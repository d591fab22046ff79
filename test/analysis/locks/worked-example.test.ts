import { expect, test } from "vitest";
import { analyzeLocks } from "../../../src/analysis/locks/locks.js";
import { at, command, input, use } from "../../support/lock-facts-builder.js";

/** A report read-locks two tables for 42 s; a commit waits for it with earlier locks in hand; two more wait for the commit. */
const report = command(4101, "user-files", "14:07:03", {
  args: "//depot/...",
  user: "nightly",
  endMs: at("14:07:58"),
  lapseMs: 54_800,
  computeMs: 41_900,
  computeAtMs: at("14:07:45"),
  uses: [use("db.revdx", "R", 0, 41_850), use("db.revhx", "R", 0, 41_848)],
});
const commit = command(4117, "dm-CommitSubmit", "14:07:05", {
  user: "olga",
  endMs: at("14:07:46"),
  lapseMs: 40_800,
  lockAttempts: 3,
  uses: [
    use("meta/commit", "W", 0, 40_560),
    use("db.domain", "R", 0, 40_500),
    use("db.integed", "W", 0, 40_499),
    use("db.revdx", "W", 40_038, 460),
    use("db.revhx", "W", 0, 459),
  ],
});
const nextCommit = command(4123, "dm-CommitSubmit", "14:07:12", {
  user: "raj",
  endMs: at("14:07:46"),
  lapseMs: 33_700,
  uses: [use("meta/commit", "W", 33_070, 360)],
});
const clientEdit = command(4128, "user-client", "14:07:15", {
  user: "tom",
  endMs: at("14:07:45"),
  lapseMs: 30_400,
  lockAttempts: 3,
  uses: [use("db.domain", "W", 30_310, 4)],
});
const bigSync = command(4090, "user-sync", "14:06:40", {
  user: "wes",
  endMs: at("14:08:16"),
  lapseMs: 96_400,
  computeMs: 1920,
  uses: [],
});

const analysis = analyzeLocks(input({ commands: [bigSync, report, commit, nextCommit, clientEdit] }));
const cluster = analysis.clusters[0];
const actorOf = (pid: number) => [...analysis.actors.values()].find((actor) => actor.pid === pid)?.key;

test("the reader that never waited is the one root, not the commit that held longest for write", () => {
  expect(analysis.clusters).toHaveLength(1);
  expect(cluster?.roots.map((root) => root.actor)).toEqual([actorOf(4101)]);
  expect(cluster?.roots[0]).toMatchObject({
    object: "db.revdx",
    mode: "R",
    heldMs: 41_850,
    ownWaitMs: 0,
    releaseEdge: true,
  });
  expect(cluster?.roots[0]?.score).toBeGreaterThan(0.9);
  expect(cluster).toMatchObject({ scope: "table", tie: false, convoy: false });
});

test("three victims, each counted once, with all their waiting", () => {
  const waits = cluster?.victims.map((victim) => [victim.actor, victim.waitMs, victim.carrier]);
  expect(waits).toEqual([
    [actorOf(4117), 40_038, true],
    [actorOf(4123), 33_070, false],
    [actorOf(4128), 30_310, false],
  ]);
  expect(cluster?.victims.every((victim) => victim.root === actorOf(4101))).toBe(true);
});

test("the part of each edge that holds in every placement", () => {
  const edge = (blocker: number, blocked: number) =>
    cluster?.edges.find((one) => one.blocker === actorOf(blocker) && one.blocked === actorOf(blocked));
  expect(edge(4101, 4117)?.certainMs).toBe(38_550);
  expect(edge(4117, 4123)?.certainMs).toBeGreaterThan(31_000);
  expect(edge(4117, 4128)).toMatchObject({
    object: "db.domain",
    blockerMode: "R",
    blockedMode: "W",
    certainty: "logged",
  });
  expect(cluster?.edges.some((one) => one.blocker === actorOf(4090))).toBe(false);
});

test("without the root nobody would have waited", () => {
  expect(cluster?.avoidableMs).toBeGreaterThan(102_000);
  expect(cluster?.avoidableMs).toBeLessThanOrEqual(103_418);
  expect(cluster?.roots[0]).toMatchObject({ freedCommands: 3, avoidableMs: cluster?.avoidableMs });
});
