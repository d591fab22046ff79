import type { Errand } from "./everyday-commands.js";
import type { Person } from "./people.js";
import type { ServerDay } from "./server-day.js";
import type { Step } from "./world-shapes.js";

/** Local ms of a time of day on 5 March 2024 or another day of that year. */
export function clockTime(month: number, day: number, hour: number, minute: number, second = 0, ms = 0): number {
  return Date.UTC(2024, month - 1, day, hour, minute, second, ms);
}

export const readLock = (table: string): Step => ({ lock: `db.${table}`, mode: "R" });
export const writeLock = (table: string): Step => ({ lock: `db.${table}`, mode: "W" });
export const freeTables: Step = { unlock: "tables" };

/** A guest at the server who is not part of the everyday traffic. */
export function guest(user: string, workspace: string, ip: string, app = "p4/2021.1/LINUX26X86_64/2156517"): Person {
  return { user, workspace, ip, app, role: "programmer" };
}

/** A report that walks over all files while it holds two tables for reading, then sends what it found. */
export function wholeDepotFiles(scanMs: number, sendMs: number): Errand {
  return {
    cmd: "user-files",
    args: "//depot/...",
    steps: [
      readLock("revdx"),
      readLock("revhx"),
      { table: "db.revdx", counts: [0, 1, 402_118, 0, 0], pages: 11_804 },
      { table: "db.revhx", counts: [0, 1, Math.floor(scanMs * 71.3), 0, 0], pages: 96_377 },
      { work: scanMs },
      { computeEnd: true },
      freeTables,
      { send: sendMs },
    ],
  };
}

export interface Toll {
  readonly blockedCommands: { readonly min: number; readonly max: number };
  readonly blockedSeconds: { readonly min: number; readonly max: number };
}

/** What the incident cost by the simulated truth, with room for whole-second starts and cut durations. */
export function tollOf(day: ServerDay, rootPid: number, least = 0.9, most = 1.05): Toll {
  const victims = day.victims().filter(({ run }) => run.plan.pid !== rootPid);
  const seconds = victims.reduce((sum, { waitMs }) => sum + waitMs, 0) / 1000;
  return {
    blockedCommands: { min: Math.floor(victims.length * least), max: Math.ceil(victims.length * most) },
    blockedSeconds: { min: Math.floor(seconds * least), max: Math.ceil(seconds * most) },
  };
}

/** Captures were saved while it hurt, the log added when it was over. */
export const STEPS_OF_CAPTURES = [
  "lslocks-1 ok 0 captures/lslocks-1.txt",
  "monitor-1 ok 1 captures/monitor-1.txt",
  "lsof-1 ok 1 captures/lsof-1.txt",
  "lslocks-2 ok 0 captures/lslocks-2.txt",
  "monitor-2 ok 1 captures/monitor-2.txt",
  "lsof-2 ok 1 captures/lsof-2.txt",
];

export const STEPS_OK = [...STEPS_OF_CAPTURES, "log ok 4 logs/"];
