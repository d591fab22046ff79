import { describe, expect, test } from "vitest";
import { analyzeLocks } from "../../../src/analysis/locks/locks.js";
import type { LockInput } from "../../../src/contracts/lock-facts.js";
import { at, command, input, lockRow, processRow, use } from "../../support/lock-facts-builder.js";

function pids(given: LockInput) {
  const analysis = analyzeLocks(given);
  const pidOf = (key: string) => analysis.actors.get(key)?.pid ?? null;
  return analysis.clusters.map((cluster) => ({
    roots: cluster.roots.map((root) => pidOf(root.actor)),
    victims: cluster.victims.map((victim) => pidOf(victim.actor)).sort(),
    cycles: cluster.cycles.map((cycle) => cycle.map(pidOf)),
    tie: cluster.tie,
  }));
}

describe("captures without a log", () => {
  test("two readers behind a process that lslocks does not list as holder", () => {
    const capturedLocks = [
      lockRow(2502, "db.have", "R", { blockerPid: 166 }),
      lockRow(2503, "db.have", "R", { blockerPid: 166 }),
      lockRow(2502, "db.have", "R"),
    ];
    const capturedProcesses = [
      processRow(562, "perforce", "monitor", 61_000),
      processRow(2502, "fred", "sync", 61_000),
      processRow(2503, "susan", "sync", 61_000),
      processRow(166, "jim", "sync", 61_000),
    ];
    expect(pids(input({ capturedLocks, capturedProcesses }))).toEqual([
      { roots: [166], victims: [2502, 2503], cycles: [], tie: false },
    ]);
  });

  test("a circle of a snapshot that is not atomic is reported, and its longest-running member named", () => {
    const capturedLocks = [
      lockRow(910, "db.sendq", "W", { blockerPid: 920 }),
      lockRow(900, "db.sendq", "W", { blockerPid: 920 }),
      lockRow(920, "db.sendq", "W", { blockerPid: 910 }),
    ];
    const capturedProcesses = [
      processRow(925, "jteam", "transmit", 9000),
      processRow(920, "jteam", "sync", 6000),
      processRow(900, "jteam", "sync", 4000),
      processRow(910, "jteam", "transmit", 2000),
    ];
    const [only, ...others] = pids(input({ capturedLocks, capturedProcesses }));
    expect(others).toEqual([]);
    expect(only?.cycles.map((cycle) => [...cycle].sort())).toEqual([[910, 920]]);
    expect(only?.roots).toEqual([920]);
    expect(only?.victims).toEqual([900, 910]);
  });

  test("unreadable paths: the tree still stands, the object stays unknown", () => {
    const capturedLocks = [
      lockRow(20, null, "W", { blockerPid: 10 }),
      lockRow(30, null, "R", { blockerPid: 20 }),
      lockRow(10, null, "R"),
    ];
    const capturedProcesses = [
      processRow(10, "a", "files", 90_000),
      processRow(20, "b", "dm-CommitSubmit", 60_000),
      processRow(30, "c", "client", 30_000),
    ];
    expect(pids(input({ capturedLocks, capturedProcesses }))).toEqual([
      { roots: [10], victims: [20, 30], cycles: [], tie: false },
    ]);
  });

  test("a writer blocked by many readers waits for every one of them, not only for the one lslocks names", () => {
    const reader = (pid: number) => lockRow(pid, "db.rev", "R");
    const capturedLocks = [lockRow(9, "db.rev", "W", { blockerPid: 1 }), reader(1), reader(2), reader(3)];
    const analysis = analyzeLocks(
      input({ capturedLocks, capturedProcesses: [processRow(9, "w", "dm-CommitSubmit", 20_000)] }),
    );
    const blockers = analysis.clusters[0]?.edges.map((edge) => analysis.actors.get(edge.blocker)?.pid).sort();
    expect(blockers).toEqual([1, 2, 3]);
  });
});

describe("captures beside a log", () => {
  test("the holder never completed: known from the capture alone, named as captured", () => {
    const waiter = (pid: number, start: string, waitMs: number) =>
      command(pid, "dm-CommitSubmit", start, {
        endMs: at("10:02:00"),
        lapseMs: waitMs + 50,
        uses: [use("db.rev", "W", waitMs, 30)],
      });
    const commands = [
      command(50, "user-obliterate", "10:00:00"),
      command(51, "user-sync", "10:00:00"),
      waiter(60, "10:00:20", 100_000),
      waiter(61, "10:00:40", 80_000),
    ];
    const capturedLocks = [
      lockRow(50, "db.rev", "W", { takenMs: at("10:01:00") }),
      lockRow(60, "db.rev", "W", { takenMs: at("10:01:00"), blockerPid: 50 }),
    ];
    const found = analyzeLocks(input({ commands, capturedLocks }));
    const root = found.clusters[0]?.roots[0];
    expect(found.actors.get(root?.actor ?? "")?.pid).toBe(50);
    expect(root?.certainty).toBe("captured");
    expect(found.clusters[0]?.victims).toHaveLength(2);
  });

  test("a pid of the capture that an earlier, completed command had is another process", () => {
    const early = command(70, "user-edit", "09:00:00", {
      endMs: at("09:00:01"),
      lapseMs: 900,
      uses: [use("db.have", "W", 0, 500)],
    });
    const capturedLocks = [
      lockRow(70, "db.have", "W", { takenMs: at("10:00:30") }),
      lockRow(71, "db.have", "R", { takenMs: at("10:00:30"), blockerPid: 70 }),
    ];
    const capturedProcesses = [
      processRow(70, "zoe", "obliterate", 30_000, { takenMs: at("10:00:30") }),
      processRow(71, "yan", "sync", 20_000, { takenMs: at("10:00:30") }),
    ];
    const found = analyzeLocks(
      input({ commands: [early], capturedLocks, capturedProcesses, logEndMs: at("10:00:31") }),
    );
    const root = found.actors.get(found.clusters[0]?.roots[0]?.actor ?? "");
    expect(root).toMatchObject({ pid: 70, user: "zoe", commandId: null });
  });
});
