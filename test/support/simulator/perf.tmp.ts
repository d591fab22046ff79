import { analyzeLocks } from "../../../src/analysis/locks/locks.js";
import type { LockCommand } from "../../../src/contracts/lock-facts.js";

const base = Date.UTC(2024, 2, 5, 9, 0, 0);
function mk(kind: string, n: number) {
  const commands: LockCommand[] = [];
  const ref = (i: number) => ({ sourceId: 1, lineNo: i * 10, byteOffset: i * 100 });
  const use = (object: string, mode: "R" | "W", w: number, h: number, i: number, o: number) => ({
    object,
    mode,
    count: 1,
    waitMs: w,
    heldMs: h,
    maxWaitMs: null,
    maxHeldMs: null,
    ordinal: o,
    ref: ref(i),
  });
  const add = (i: number, start: number, lapse: number, uses: any[]) => {
    const L =
      lapse < 1000
        ? lapse
        : lapse < 10000
          ? Math.floor(lapse / 10) * 10
          : lapse < 100000
            ? Math.floor(lapse / 100) * 100
            : Math.floor(lapse / 1000) * 1000;
    commands.push({
      commandId: i,
      pid: 1000 + i,
      cmd: "dm-CommitSubmit",
      args: "",
      user: "u" + (i % 500),
      workspace: "w" + i,
      startMs: Math.floor((base + start) / 1000) * 1000,
      endMs: Math.floor((base + start + lapse) / 1000) * 1000,
      lapseMs: L,
      computeMs: null,
      lockAttempts: 3,
      hasTrack: true,
      uses,
      ref: ref(i),
      endRef: null,
    });
  };
  const H = 300000;
  add(0, 10000, H, [use("db.revdx", "R", 0, H - 5, 0, 0), use("db.revhx", "R", 0, H - 5, 0, 1)]);
  for (let i = 1; i <= n; i++) {
    const s = 10500 + (i / n) * 280000;
    if (kind === "readers") {
      add(i, s, 310000 - s + 20, [use("db.domain", "R", 310000 - s - 2, 5, i, 0)]);
    } else if (kind === "stairs" && i === 1) {
      add(i, s, 310000 - s + 60, [
        use("meta/commit", "W", 0, 310000 - s + 40, i, 0),
        use("db.domain", "R", 0, 310000 - s + 30, i, 1),
        use("db.revdx", "W", 310000 - s, 30, i, 2),
      ]);
    } else if (kind === "stairs") {
      const done = 310000 + i * 30;
      add(i, s, done - s + 30, [use("meta/commit", "W", done - s, 30, i, 0), use("db.domain", "R", 0, 30, i, 1)]);
    } else {
      const done = 310000 + i * 5;
      add(i, s, done - s + 300, [
        use("clients/w" + i, "W", 0, done - s + 300, i, 0),
        use("db.have", "W", 0, done - s + 100, i, 1),
        use("db.revdx", "W", done - s, 100, i, 2),
        use("db.revhx", "W", 0, 100, i, 3),
      ]);
    }
  }
  return commands;
}
for (const kind of ["readers", "stairs", "carriers"]) {
  const commands = mk(kind, 20000);
  if (kind === "readers")
    commands.push({
      ...commands[0]!,
      commandId: 999999,
      pid: 5,
      uses: [
        { ...commands[0]!.uses[0]!, object: "db.domain", mode: "W", heldMs: 299000 },
        { ...commands[0]!.uses[0]!, mode: "W", waitMs: 298000, heldMs: 10 },
      ].map((u, o) => ({ ...u, ordinal: o })),
    });
  const t0 = performance.now();
  const a = analyzeLocks({ commands, capturedLocks: [], capturedProcesses: [], logEndMs: base + 1e6 });
  const t1 = performance.now();
  const c = a.clusters[0]!;
  console.log(
    kind,
    Math.round(t1 - t0) + "ms",
    "clusters",
    a.clusters.length,
    "victims",
    c.victims.length,
    "roots",
    c.roots.map((r) => a.actors.get(r.actor)?.pid),
    "convoy",
    c.convoy,
    "edges",
    c.edges.length,
    "rss",
    Math.round(process.memoryUsage().rss / 1e6) + "MB",
  );
}
