import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { analyzeLocks } from "../../../src/analysis/locks/locks.js";
import type { LockCommand, LockInput, LockUse } from "../../../src/contracts/lock-facts.js";
import { at, command, input, use } from "../../support/lock-facts-builder.js";

function done(pid: number, cmd: string, start: string, end: string, lapseMs: number, uses: LockUse[]): LockCommand {
  return command(pid, cmd, start, { endMs: at(end), lapseMs, uses });
}

function read(commands: LockCommand[], more: Partial<LockInput> = {}) {
  const found = analyzeLocks(input({ commands, logEndMs: at("10:10:00"), ...more }));
  const pidOf = (key: string | null) => (key === null ? null : (found.actors.get(key)?.pid ?? null));
  const clusters = found.clusters.map((cluster) => ({
    ...cluster,
    rootPids: cluster.roots.map((root) => pidOf(root.actor)),
    victimPids: cluster.victims.map((victim) => pidOf(victim.actor)).sort(),
  }));
  return { found, pidOf, clusters, only: clusters[0] };
}

describe("who is to blame", () => {
  test("readers do not block readers: an equally long reader beside the root is no victim and no root", () => {
    const { clusters, only } = read([
      done(1, "user-obliterate", "10:00:00", "10:00:40", 40_200, [use("db.rev", "W", 0, 40_000)]),
      done(2, "user-files", "10:00:05", "10:00:41", 36_000, [use("db.rev", "R", 35_000, 900)]),
      done(3, "user-files", "10:00:06", "10:00:41", 35_100, [use("db.rev", "R", 34_000, 900)]),
    ]);
    expect(clusters).toHaveLength(1);
    expect(only).toMatchObject({ rootPids: [1], victimPids: [2, 3] });
  });

  test("a command that waits a fifth of its hold is no root, whatever it blocked", () => {
    const { only } = read([
      done(1, "user-files", "10:00:00", "10:00:30", 30_300, [use("db.revdx", "R", 0, 30_000)]),
      done(2, "user-integrate", "10:00:10", "10:01:40", 90_000, [
        use("db.integed", "W", 0, 89_500),
        use("db.revdx", "W", 20_000, 69_500),
      ]),
      done(3, "user-integrated", "10:00:15", "10:01:40", 85_000, [use("db.integed", "R", 84_500, 30)]),
    ]);
    expect(only).toMatchObject({ rootPids: [1], victimPids: [2, 3] });
    expect(only?.victims.find((victim) => victim.object === "db.revdx")?.carrier).toBe(true);
  });

  test("a fair queue: the reader behind a waiting writer is the reader's victim, not the writer's", () => {
    const { found, pidOf, only } = read([
      done(1, "user-files", "10:00:00", "10:00:50", 50_200, [use("db.rev", "R", 0, 50_000)]),
      done(2, "dm-CommitSubmit", "10:00:10", "10:00:50", 40_300, [use("db.rev", "W", 39_900, 200)]),
      done(3, "user-fstat", "10:00:20", "10:00:50", 30_500, [use("db.rev", "R", 30_100, 50)]),
    ]);
    expect(only).toMatchObject({ rootPids: [1], victimPids: [2, 3] });
    const queued = only?.edges.find((edge) => pidOf(edge.blocked) === 3 && pidOf(edge.blocker) === 1);
    expect(queued).toMatchObject({ blockerMode: "R", blockedMode: "R" });
    expect(found.actors.get(queued?.behindWriter ?? "")?.pid).toBe(2);
  });

  test("one workspace's queue is a cluster of its own scope beside a wedge of the tables", () => {
    const { clusters } = read([
      done(1, "user-populate", "10:00:00", "10:01:00", 60_200, [use("db.rev", "W", 0, 60_000)]),
      done(2, "user-files", "10:00:10", "10:01:00", 50_200, [use("db.rev", "R", 49_900, 100)]),
      done(3, "user-reconcile", "10:00:00", "10:00:50", 50_000, [use("clients/art_ws", "W", 0, 49_980)]),
      done(4, "user-client", "10:00:10", "10:00:50", 40_100, [use("clients/art_ws", "W", 40_000, 60)]),
    ]);
    expect(clusters.map((c) => [c.scope, c.rootPids, c.victimPids])).toEqual([
      ["table", [1], [2]],
      ["client", [3], [4]],
    ]);
  });

  test("each of two roots is replayed by itself: who waited for both still waits without one", () => {
    const { clusters, pidOf } = read([
      done(1, "user-populate", "10:00:00", "10:01:00", 60_200, [use("db.rev", "W", 0, 60_000)]),
      done(2, "user-label", "10:00:00", "10:00:50", 50_200, [use("db.label", "W", 0, 50_000)]),
      done(3, "user-files", "10:00:10", "10:01:00", 50_200, [use("db.rev", "R", 49_900, 100)]),
      done(4, "user-labels", "10:00:10", "10:00:50", 40_200, [use("db.label", "R", 39_900, 100)]),
      done(5, "user-sync", "10:00:10", "10:01:00", 50_300, [
        use("db.label", "R", 39_900, 10_200),
        use("db.rev", "R", 10_000, 100),
      ]),
    ]);
    const roots = clusters.flatMap((cluster) => cluster.roots);
    expect(roots.map((root) => [pidOf(root.actor), root.freedCommands]).toSorted()).toEqual([
      [1, 1],
      [2, 1],
    ]);
    for (const { avoidableMs } of roots) expect(avoidableMs).toBeGreaterThan(30_000);
  });

  test("a convoy of short holders has no root", () => {
    const commands = Array.from({ length: 60 }, (_, i) => {
      const start = i * 300;
      const begin = i * 500;
      const second = (ms: number) => at("10:00:00") + Math.floor(ms / 1000) * 1000;
      const lapseMs = begin + 500 - start;
      const cut = lapseMs < 10_000 ? Math.floor(lapseMs / 10) * 10 : Math.floor(lapseMs / 100) * 100;
      const more = { startMs: second(start), endMs: second(begin + 500), lapseMs: cut };
      return command(100 + i, "user-counter", "10:00:00", {
        ...more,
        uses: [use("db.counters", "W", begin - start, 500)],
      });
    });
    const { clusters, only } = read(commands);
    expect(clusters).toHaveLength(1);
    expect(only).toMatchObject({ convoy: true, rootPids: [] });
    expect(only?.victims.length).toBeGreaterThan(40);
  });
});

describe("holders that logged nothing", () => {
  const waiters = [
    done(21, "dm-CommitSubmit", "10:00:10", "10:01:00", 50_200, [use("db.rev", "W", 49_800, 200)]),
    done(22, "user-fstat", "10:00:20", "10:01:00", 40_100, [use("db.rev", "R", 39_900, 100)]),
    done(23, "user-files", "10:00:30", "10:01:00", 30_100, [use("db.rev", "R", 29_900, 100)]),
  ];

  test("one open command that started just before fits the shadow", () => {
    const { only } = read([command(11, "user-obliterate", "10:00:09"), ...waiters]);
    expect(only).toMatchObject({ rootPids: [11], victimPids: [21, 22, 23], tie: false });
    expect(only?.roots[0]).toMatchObject({ certainty: "inferred", object: "db.rev", heldMs: null });
    expect(only?.roots[0]?.score).toBeLessThanOrEqual(0.5);
  });

  test("two open commands of the same second cannot be told apart", () => {
    const { only } = read([
      command(11, "user-obliterate", "10:00:08"),
      command(12, "user-populate", "10:00:08"),
      ...waiters,
    ]);
    expect(only?.tie).toBe(true);
    expect(only?.rootPids.sort()).toEqual([11, 12]);
  });

  test("nobody fits: the holder is outside the log", () => {
    const { only } = read([command(11, "user-sync", "10:00:40"), ...waiters]);
    expect(only).toMatchObject({ rootPids: [null], tie: false, victimPids: [21, 22, 23] });
  });

  test("an open command whose pid was used again before the release is out", () => {
    const { only } = read([
      command(11, "user-obliterate", "10:00:08"),
      done(11, "user-info", "10:00:25", "10:00:25", 30, [use("db.user", "R", 0, 120)]),
      ...waiters,
    ]);
    expect(only?.rootPids).toEqual([null]);
  });

  test("a log that ends inside the wedge: the first of the stuck commands, or a tie with its neighbours", () => {
    const clock = (second: number) => new Date(at("10:00:00") + second * 1000).toISOString().slice(11, 19);
    const before = Array.from({ length: 30 }, (_, i) =>
      done(200 + i, "dm-CommitSubmit", clock(i * 2), clock(i * 2), 200, [use("db.rev", "W", 0, 150)]),
    );
    const stuck = Array.from({ length: 12 }, (_, i) => command(300 + i, "dm-CommitSubmit", clock(65 + i * 2)));
    const { only } = read([...before, command(250, "user-obliterate", clock(62)), ...stuck], {
      logEndMs: at("10:02:00"),
    });
    expect(only?.rootPids).toContain(250);
    expect(only?.roots.every((root) => root.certainty === "inferred" && root.score <= 0.5)).toBe(true);
    expect(only?.victims.length).toBeGreaterThanOrEqual(10);
  });
});

describe("robustness", () => {
  test("an empty log has no clusters", () => {
    expect(read([]).clusters).toEqual([]);
  });

  test("nonsense never throws, and waiting is never invented", () => {
    const object = fc.constantFrom("db.rev", "db.have", "meta/commit", "clients/x");
    const ms = fc.integer({ min: -1000, max: 5_000_000 });
    const aUse = fc.record({
      object,
      mode: fc.constantFrom("R" as const, "W" as const),
      waitMs: ms,
      heldMs: ms,
      max: fc.option(ms),
    });
    const aCommand = fc.record({
      pid: fc.integer({ min: 1, max: 9 }),
      start: fc.integer({ min: -5000, max: 90_000 }),
      end: fc.option(fc.integer({ min: -5000, max: 200_000 })),
      lapseMs: fc.option(ms),
      uses: fc.array(aUse, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(aCommand, { maxLength: 25 }), (drawn) => {
        const commands = drawn.map((one) => {
          const uses = one.uses.map((u) =>
            use(u.object, u.mode, u.waitMs, u.heldMs, { maxWaitMs: u.max, maxHeldMs: u.max }),
          );
          const endMs = one.end === null ? null : at("10:00:00") + one.end * 1000;
          return command(one.pid, "user-x", "10:00:00", {
            startMs: at("10:00:00") + one.start * 1000,
            endMs,
            lapseMs: one.lapseMs,
            uses,
          });
        });
        const waited = commands.some((c) => c.uses.some((u) => u.waitMs > 0)) || commands.some((c) => c.endMs === null);
        const found = analyzeLocks(input({ commands }));
        if (!waited) expect(found.clusters).toEqual([]);
        for (const cluster of found.clusters) {
          expect(Number.isFinite(cluster.fromMs) && cluster.toMs >= cluster.fromMs).toBe(true);
          expect(new Set(cluster.victims.map((victim) => victim.actor)).size).toBe(cluster.victims.length);
        }
      }),
      { numRuns: 150 },
    );
  });
});
