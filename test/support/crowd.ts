import type { LockCommand, LockMode, LockUse } from "../../src/contracts/lock-facts.js";

/** Wedges with very many waiters, laid out by arithmetic (a simulation of 20,000 would take longer than the analysis). */
export const CROWDS = ["readers", "staircase", "carriers", "star", "chain"] as const;
export type Crowd = (typeof CROWDS)[number];

const BASE_MS = Date.UTC(2024, 2, 5, 9, 0, 0);
const ROOT_MS = 300_000;
const RELEASE_MS = 10_000 + ROOT_MS;
export const CROWD_ROOT_PID = 1000;
export const CROWD_END_MS = BASE_MS + 2_000_000;

/**
 * One reader keeps db.revdx for five minutes. `readers`: a writer waits with db.domain in hand, everybody reads that.
 * `staircase`: one commit waits for the reader, all others for meta/commit behind it, each keeping it for 30 ms.
 * `carriers`: everybody holds tables of its own while waiting for db.revdx. `star`: everybody waits for it and holds
 * nothing else. `chain`: everybody holds a change of its own and waits for that of the one before.
 */
export function crowd(kind: Crowd, count: number): LockCommand[] {
  const held = kind === "chain" ? "change/0" : "db.revdx";
  const commands = [commandOf(0, 10_000, ROOT_MS, [[held, kind === "chain" ? "W" : "R", 0, ROOT_MS - 5]])];
  for (let i = 1; i <= count; i++) commands.push(waiter(kind, i, 10_500 + (i / count) * 280_000));
  return commands;
}

type Use = readonly [object: string, mode: LockMode, waitMs: number, heldMs: number];

function waiter(kind: Crowd, i: number, startMs: number): LockCommand {
  const waitMs = RELEASE_MS - startMs;
  const carrier: Use[] = [
    ["db.domain", "W", 0, waitMs + 20],
    ["db.revdx", "W", waitMs, 20],
  ];
  if (kind === "readers")
    return commandOf(i, startMs, waitMs + 40, i === 1 ? carrier : [["db.domain", "R", waitMs + 20, 5]]);
  if (kind === "star") return commandOf(i, startMs, waitMs + 40, [["db.revdx", "W", waitMs, 20]]);
  if (kind === "chain") {
    return commandOf(i, startMs, waitMs + 40, [
      [`change/${i}`, "W", 0, waitMs + 30],
      [`change/${i - 1}`, "W", waitMs, 10],
    ]);
  }
  if (kind === "carriers") {
    const mine = waitMs + i * 5;
    return commandOf(i, startMs, mine + 150, [
      ["db.have", "R", 0, mine + 100],
      ["db.revdx", "W", mine, 100],
      ["db.revhx", "W", 0, 100],
    ]);
  }
  if (i === 1)
    return commandOf(i, startMs, waitMs + 60, [
      ["meta/commit", "W", 0, waitMs + 40],
      ["db.revdx", "W", waitMs, 30],
    ]);
  const mine = waitMs + 40 + i * 30;
  return commandOf(i, startMs, mine + 35, [["meta/commit", "W", mine, 30]]);
}

function commandOf(i: number, startMs: number, lapseMs: number, uses: readonly Use[]): LockCommand {
  const step = lapseMs < 10_000 ? 10 : lapseMs < 100_000 ? 100 : 1000;
  const second = (ms: number) => Math.floor((BASE_MS + ms) / 1000) * 1000;
  const ref = { sourceId: 1, lineNo: i * 10 + 1, byteOffset: i * 500 };
  return {
    commandId: i + 1,
    pid: CROWD_ROOT_PID + i,
    cmd: i === 0 ? "user-files" : "dm-CommitSubmit",
    args: "",
    user: `user${i % 500}`,
    workspace: `ws${i}`,
    app: "",
    ip: "",
    startMs: second(startMs),
    endMs: second(startMs + lapseMs),
    lapseMs: Math.floor(lapseMs / step) * step,
    computeMs: null,
    lockAttempts: i === 0 ? null : 3,
    hasTrack: true,
    uses: uses.map(([object, mode, waitMs, heldMs], ordinal): LockUse => {
      const place = { object, mode, count: 1, ordinal, maxWaitMs: null, maxHeldMs: null, ref };
      return { ...place, waitMs: Math.floor(waitMs), heldMs: Math.floor(heldMs) };
    }),
    ref,
    endRef: null,
  };
}
