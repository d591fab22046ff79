import type {
  CapturedLock,
  CapturedProcess,
  LockCommand,
  LockInput,
  LockUse,
} from "../../../src/contracts/lock-facts.js";
import { type LslocksRow, lslocksJson, type MonitorRow, monitorAle } from "../capture-writer.js";
import { P4LogWriter, type WriterCommand, type WriterSection } from "../p4log-writer.js";
import type { Process, Totals } from "./engine.js";
import { ALL_TABLES } from "./programs.js";
import { Random } from "./random.js";
import type { World } from "./world.js";

/** What is left of a simulated day once p4d has logged it: cut numbers, whole seconds, thresholds, snapshots. */
const BASE_MS = Date.UTC(2024, 2, 5, 9, 0, 0);

interface Logged {
  readonly process: Process;
  readonly totals: readonly Totals[];
  readonly completed: boolean;
  readonly lapseMs: number;
  readonly tracked: boolean;
}

/** Thresholds of track level 3 for the largest single wait or hold: wait, read held, write held (ms). */
const LEVEL_3 = { wait: 1000, readHeld: 100, writeHeld: 100 };

function loggedOf(world: World): Logged[] {
  return world.engine.processes
    .filter((process) => process.script.outside !== true && process.script.startMs <= world.endMs)
    .map((process) => {
      const completed = process.endMs !== null;
      const lapseMs = Math.floor((process.endMs ?? 0) - process.script.startMs);
      const totals = completed ? sortByOrder(process.totals()).filter((one) => visible(one, world.trackLevel)) : [];
      return { process, totals, completed, lapseMs, tracked: totals.length > 0 || process.wedged };
    });
}

/** Server locks come in their own blocks first, tables in lock order. */
function sortByOrder(totals: readonly Totals[]): Totals[] {
  return [...totals].sort((a, b) => ALL_TABLES.indexOf(a.object) - ALL_TABLES.indexOf(b.object));
}

function visible(totals: Totals, level: 1 | 3): boolean {
  if (level === 1) return totals.waitMs + totals.heldMs > 0;
  const held = totals.mode === "R" ? LEVEL_3.readHeld : LEVEL_3.writeHeld;
  return totals.maxWaitMs >= LEVEL_3.wait || totals.maxHeldMs >= held;
}

/** Cut to three significant digits, as p4d prints durations. */
function cut(ms: number): number {
  const step = ms < 1000 ? 1 : ms < 10_000 ? 10 : ms < 100_000 ? 100 : 1000;
  return Math.floor(ms / step) * step;
}

function second(ms: number): number {
  return Math.floor((BASE_MS + ms) / 1000) * 1000;
}

/** As a case database hands it over: commands with a use of at least this many ms, and those that never completed. */
const WORTH_MS = 100;

export function lockInput(world: World, captures: boolean): LockInput {
  const commands = loggedOf(world).map((one, index) => toCommand(one, index));
  const seen = captures ? snapshots(world) : { locks: [], processes: [] };
  const worth = (command: LockCommand) => command.uses.some((use) => Math.max(use.waitMs, use.heldMs) >= WORTH_MS);
  return {
    commands: commands.filter((command) => command.endMs === null || worth(command)),
    capturedLocks: seen.locks,
    capturedProcesses: seen.processes,
    logEndMs: second(world.endMs),
  };
}

function toCommand(one: Logged, index: number): LockCommand {
  const { pid, cmd, args, user, workspace, startMs } = one.process.script;
  const ref = { sourceId: 1, lineNo: index * 10 + 1, byteOffset: index * 500 };
  const computed = one.process.computedMs;
  return {
    commandId: index + 1,
    pid,
    cmd,
    args,
    user,
    workspace,
    app: "",
    ip: "",
    startMs: second(startMs),
    endMs: one.completed ? second(one.process.endMs ?? 0) : null,
    lapseMs: one.completed ? cut(one.lapseMs) : null,
    computeMs: computed === null ? null : cut(Math.floor(computed - startMs)),
    computeAtMs: computed === null ? null : second(computed),
    lockAttempts: one.completed && one.process.wedged ? one.process.attempts : null,
    hasTrack: one.completed && one.tracked,
    uses: one.totals.map((totals, ordinal) => toUse(totals, ordinal, one.totals, ref.lineNo)),
    ref,
    endRef: one.completed ? { ...ref, lineNo: ref.lineNo + 5 } : null,
  };
}

function toUse(totals: Totals, ordinal: number, all: readonly Totals[], lineNo: number): LockUse {
  const { object, mode, count, waitMs, heldMs } = totals;
  // `max lock` is printed when one mode of the table was taken more than once.
  const several = all.some((other) => other.object === object && other.count > 1);
  return {
    object,
    mode,
    count,
    waitMs,
    heldMs,
    ordinal,
    maxWaitMs: several ? totals.maxWaitMs : null,
    maxHeldMs: several ? totals.maxHeldMs : null,
    ref: { sourceId: 1, lineNo: lineNo + 1 + ordinal, byteOffset: 0 },
  };
}

interface Snapshot {
  readonly at: number;
  readonly lslocks: LslocksRow[];
  readonly monitor: MonitorRow[];
}

/** lslocks reads the kernel's list object by object; meanwhile locks change hands. */
function takeSnapshots(world: World): Snapshot[] {
  const random = new Random(world.endMs + world.users);
  return world.captureTimes
    .filter((at) => at < world.endMs)
    .map((at) => {
      const lslocks = [...world.engine.locks.keys()].sort().flatMap((object) => {
        const moment = at + random.between(0, world.captureSkewMs);
        return rowsOf(world, object, Math.min(moment, world.endMs - 1));
      });
      const monitor = world.engine.processes
        .filter(
          ({ script, endMs }) =>
            script.outside !== true &&
            script.startMs <= at &&
            (endMs ?? script.killMs ?? Number.POSITIVE_INFINITY) > at,
        )
        .map(({ script }) => ({
          pid: script.pid,
          user: script.user,
          workspace: script.workspace,
          args: script.args,
          cmd: script.cmd.replace(/^user-/, ""), // user-sync
          elapsedMs: Math.floor((at - script.startMs) / 1000) * 1000,
        }));
      return { at, lslocks, monitor };
    });
}

function rowsOf(world: World, object: string, at: number): LslocksRow[] {
  const held = world.engine.processes.flatMap((process) =>
    process.holds
      .filter((hold) => hold.object === object && hold.from <= at && at < hold.to)
      .map((hold) => ({ process, hold })),
  );
  const waiting = world.engine.processes.flatMap((process) =>
    process.waits
      .filter((wait) => wait.object === object && wait.from <= at && at < wait.to)
      .map((wait) => ({ process, wait })),
  );
  const readable = world.pathsReadable;
  const path = !readable
    ? null
    : object.startsWith("db.")
      ? `/p4/1/root/${object}`
      : `/p4/1/root/server.locks/${object}`;
  const inode = 1000 + [...world.engine.locks.keys()].indexOf(object);
  const modeOf = (mode: "R" | "W") => (mode === "R" ? "READ" : "WRITE") as "READ" | "WRITE";
  const rows: LslocksRow[] = held.map(({ process, hold }) => ({
    pid: process.script.pid,
    mode: modeOf(hold.mode),
    path,
    inode,
  }));
  for (const { process, wait } of waiting) {
    const first =
      held.find(({ hold, process: holder }) => holder !== process && (hold.mode === "W" || wait.mode === "W")) ??
      held[0];
    if (first === undefined) continue;
    rows.push({
      pid: process.script.pid,
      mode: modeOf(wait.mode),
      waiting: true,
      path,
      inode,
      blocker: first.process.script.pid,
    });
  }
  return rows;
}

function snapshots(world: World): { locks: CapturedLock[]; processes: CapturedProcess[] } {
  const locks: CapturedLock[] = [];
  const processes: CapturedProcess[] = [];
  takeSnapshots(world).forEach((snapshot, index) => {
    const takenMs = second(snapshot.at);
    snapshot.lslocks.forEach((row, line) => {
      const object = row.path === null ? null : row.path.replace("/p4/1/root/", "").replace("server.locks/", "");
      const ref = { sourceId: 10 + index, lineNo: line + 1, byteOffset: 0 };
      locks.push({
        captureId: 10 + index,
        origin: "lslocks",
        takenMs,
        pid: row.pid,
        object,
        inode: row.inode ?? null,
        mode: row.mode === "READ" ? "R" : "W",
        waiting: row.waiting === true,
        blockerPid: row.blocker ?? null,
        ref,
      });
    });
    snapshot.monitor.forEach((row, line) => {
      processes.push({
        captureId: 20 + index,
        takenMs,
        pid: row.pid,
        state: "R",
        user: row.user,
        workspace: row.workspace ?? null,
        cmd: row.cmd,
        args: row.args ?? "",
        app: null,
        ip: null,
        elapsedMs: row.elapsedMs,
        ref: { sourceId: 20 + index, lineNo: line + 1, byteOffset: 0 },
      });
    });
  });
  return { locks, processes };
}

/** The same day as text: the P4LOG, and lslocks -J and monitor -ale per snapshot. */
export function writeEvidence(world: World): {
  log: string;
  captures: { atMs: number; lslocks: string; monitor: string }[];
} {
  const blocks: { at: number; write: (log: P4LogWriter) => void }[] = [];
  for (const one of loggedOf(world)) blocks.push(...blocksOf(one, world));
  blocks.sort((a, b) => a.at - b.at);
  const log = new P4LogWriter();
  for (const block of blocks) block.write(log);
  const captures = takeSnapshots(world).map(({ at, lslocks, monitor }) => ({
    atMs: second(at),
    lslocks: lslocksJson(lslocks),
    monitor: monitorAle(monitor),
  }));
  return { log: log.toString(), captures };
}

function blocksOf(one: Logged, world: World): { at: number; write: (log: P4LogWriter) => void }[] {
  const { script, computedMs, endMs } = one.process;
  const command: WriterCommand = { ...script, startMs: BASE_MS + script.startMs };
  const blocks = [{ at: script.startMs, write: (log: P4LogWriter) => void log.start(command) }];
  if (computedMs !== null && computedMs <= world.endMs) {
    const elapsed = Math.floor(computedMs - script.startMs);
    blocks.push({ at: computedMs, write: (log) => void log.computeEnd(command, BASE_MS + computedMs, elapsed) });
  }
  if (endMs === null) return blocks;
  blocks.push({
    at: endMs,
    write: (log) => {
      log.completed(command, BASE_MS + endMs, one.lapseMs);
      const sections = sectionsOf(one.totals);
      const named = sections.filter((section) => section.mode !== undefined);
      for (const section of named) log.track(command, { sections: [section] });
      const lapse = world.trackLevel === 1 || one.lapseMs >= 60_000 ? { lapseMs: one.lapseMs } : {};
      const attempts = one.process.wedged ? { lockAttempts: one.process.attempts } : {};
      const tables = sections.filter((section) => section.mode === undefined);
      if (tables.length > 0 || one.process.wedged || world.trackLevel === 1)
        log.track(command, { ...attempts, ...lapse, sections: tables });
    },
  });
  return blocks;
}

function sectionsOf(totals: readonly Totals[]): WriterSection[] {
  const byObject = new Map<string, Totals[]>();
  for (const one of totals) byObject.set(one.object, [...(byObject.get(one.object) ?? []), one]);
  return [...byObject].map(([object, own]): WriterSection => {
    const read = own.find((one) => one.mode === "R");
    const write = own.find((one) => one.mode === "W");
    const total = [read?.waitMs ?? 0, read?.heldMs ?? 0, write?.waitMs ?? 0, write?.heldMs ?? 0] as const;
    if (!object.startsWith("db.")) return { name: object, mode: write === undefined ? "R" : "W", total };
    const max = [read?.maxWaitMs ?? 0, read?.maxHeldMs ?? 0, write?.maxWaitMs ?? 0, write?.maxHeldMs ?? 0] as const;
    const locks = [read?.count ?? 0, write?.count ?? 0] as const;
    return { name: object, locks, total, ...(locks[0] > 1 || locks[1] > 1 ? { max } : {}) };
  });
}
