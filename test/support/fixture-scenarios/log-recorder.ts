import { P4LogWriter, type WriterCommand, type WriterSection } from "../p4log-writer.js";
import type { WorldEvents } from "./lock-world.js";
import type { Run, Use } from "./world-shapes.js";

/** One write of p4d to its log. */
export interface LogPiece {
  readonly atMs: number;
  readonly text: string;
  readonly kind: "line" | "track";
  readonly pid: number;
}

const FROM_2 = { pausedMs: 100, memoryMb: 500 } as const;
const FROM_4 = { pausedMs: 500, memoryMb: 1000 } as const;

/** Smallest values that a `track` level prints, in ms; level 1 prints everything (log-format, R4-grid). */
const GRID = {
  1: { wait: 1, readHeld: 1, writeHeld: 1, peek: 1, lapse: 0, cpu: 0, rowsIn: 0, pausedMs: 1, memoryMb: 0 },
  2: { wait: 100, readHeld: 100, writeHeld: 100, peek: 100, lapse: 60_000, cpu: 1000, rowsIn: 10_000, ...FROM_2 },
  3: { wait: 1000, readHeld: 100, writeHeld: 100, peek: 100, lapse: 60_000, cpu: 10_000, rowsIn: 100_000, ...FROM_2 },
  4: { wait: 5000, readHeld: 5000, writeHeld: 500, peek: 500, lapse: 60_000, cpu: 10_000, rowsIn: 1e6, ...FROM_4 },
  5: { wait: 5000, readHeld: 5000, writeHeld: 500, peek: 500, lapse: 60_000, cpu: 10_000, rowsIn: 1e7, ...FROM_4 },
} as const;
export type TrackLevel = keyof typeof GRID;

export interface LogHabits {
  /** 2023 and later write a `--- memory` line. */
  readonly memory?: boolean;
  /** Above level 1 the rpc line is filtered by messages and MB, as in R4-grid; else by the time spent in it. */
  readonly rpcByVolume?: boolean;
  /** Network estimates behind the compute phase of every sync (R5). */
  readonly estimates?: boolean;
  /** False: `server` is unset or 0 to 2, so what it logs less; see log-format R1 to R3. */
  readonly starts?: boolean;
  readonly completions?: boolean;
  readonly computeEnds?: boolean;
  readonly tracks?: boolean;
}

/** Commands for which p4d writes no completion. */
const NEVER_COMPLETED = new Set(["rmt-FileFetch", "rmt-FileFetchMulti", "rmt-JournalPos", "client-Stats"]);

/** Writes down, as a P4LOG, what happens in a LockWorld. */
export class LogRecorder implements WorldEvents {
  readonly pieces: LogPiece[] = [];
  private readonly grid: (typeof GRID)[TrackLevel];

  constructor(
    private readonly trackLevel: TrackLevel,
    private readonly habits: LogHabits = {},
  ) {
    this.grid = GRID[trackLevel];
  }

  started(run: Run, atMs: number): void {
    if (this.habits.starts === false || run.plan.unseen === true) return;
    this.write(atMs, run.plan.pid, "line", (log) => log.start(commandOf(run)));
  }

  computeEnded(run: Run, atMs: number): void {
    if (this.habits.computeEnds === false) return;
    this.write(atMs, run.plan.pid, "line", (log) =>
      log.computeEnd(commandOf(run), atMs, atMs - run.startMs, usageOf(run)),
    );
    if (this.habits.estimates !== true || run.plan.cmd !== "user-sync") return;
    const files = run.plan.pid % 90;
    this.write(atMs, run.plan.pid, "line", (log) => log.networkEstimates([files, 2, 1], [files * 40_961, 81_922]));
  }

  serverLockReleased(run: Run, use: Use, atMs: number): void {
    if (!this.worthTelling(use) || this.habits.tracks === false || run.plan.unseen === true) return;
    const section = { name: encodeObject(use.object), mode: use.mode, total: totals(use) };
    this.write(atMs, run.plan.pid, "track", (log) => log.track(commandOf(run), { sections: [section] }));
  }

  triggerReturned(run: Run, name: string, ms: number, atMs: number): void {
    if (this.habits.tracks === false) return;
    this.write(atMs, run.plan.pid, "line", (log) => log.trigger(commandOf(run), name, ms));
  }

  completed(run: Run, atMs: number): void {
    if (run.plan.unseen === true) return;
    const completion = () => {
      if (this.habits.completions === false || NEVER_COMPLETED.has(run.plan.cmd)) return;
      this.write(atMs, run.plan.pid, "line", (log) =>
        log.completed(commandOf(run), atMs, atMs - run.startMs, usageOf(run)),
      );
    };
    const track = () => {
      if (this.habits.tracks !== false) this.finalTrack(run, atMs);
    };
    // Either order is seen in real logs.
    if (run.plan.pid % 5 === 0) {
      track();
      completion();
    } else {
      completion();
      track();
    }
  }

  /** A line of the server itself, or anything else that is no command of the world. */
  write(atMs: number, pid: number, kind: "line" | "track", fill: (log: P4LogWriter) => void): void {
    const log = new P4LogWriter();
    fill(log);
    this.pieces.push({ atMs, pid, kind, text: log.toString() });
  }

  private finalTrack(run: Run, atMs: number): void {
    const lapseMs = atMs - run.startMs;
    const sections = this.tableSections(run);
    const tellLapse = lapseMs >= this.grid.lapse;
    const tellUsage = run.cpuMs >= this.grid.cpu;
    const tellRpc = this.trackLevel === 1 || this.worthRpc(run);
    const tellMemory = this.habits.memory === true && memoryOf(run) >= this.grid.memoryMb;
    const tellPaused = run.pausedMs >= this.grid.pausedMs;
    const tellRemote =
      run.remote.size > 0 && (this.trackLevel === 1 || [...run.remote.values()].some((ms) => ms >= 1000));
    const blocked = [...run.uses.values()].some((use) => use.waitMs > 0 && use.object.startsWith("db."));
    const tellLine = tellLapse || tellUsage || tellRpc || tellMemory || tellPaused || tellRemote;
    if (!tellLine && !blocked && sections.length === 0) return;
    this.write(atMs, run.plan.pid, "track", (log) =>
      log.track(commandOf(run), {
        ...(blocked ? { lockAttempts: 3 } : {}),
        ...(tellLapse ? { lapseMs } : {}),
        ...(tellPaused ? { pausedMs: run.pausedMs } : {}),
        ...(tellUsage ? { usage: usageOf(run) } : {}),
        ...(tellMemory ? { memory: [memoryOf(run), memoryOf(run)] as const } : {}),
        ...(tellRpc || tellRemote
          ? { rpc: [...(tellRpc ? [rpcOf(run)] : []), ...(tellRemote ? remoteOf(run) : [])] }
          : {}),
        sections,
        extra: run.lbr,
      }),
    );
  }

  private worthRpc(run: Run): boolean {
    if (this.habits.rpcByVolume !== true) return run.sendMs + run.receiveMs >= 10_000;
    const { msgsIn, msgsOut, mbIn, mbOut } = rpcOf(run);
    return msgsIn + msgsOut >= 10_000 || mbIn + mbOut >= (this.trackLevel === 2 ? 10 : 100);
  }

  private tableSections(run: Run): WriterSection[] {
    const names = new Set<string>();
    for (const use of run.uses.values()) if (use.object.startsWith("db.")) names.add(use.object);
    for (const name of [...run.rows.keys(), ...run.peeks.keys()]) names.add(name);
    return [...names].flatMap((name) => this.tableSection(run, name) ?? []);
  }

  private tableSection(run: Run, name: string): WriterSection | null {
    const read = run.uses.get(`${name} R`);
    const write = run.uses.get(`${name} W`);
    const peek = run.peeks.get(name);
    const rows = run.rows.get(name);
    const counts = rows?.counts ?? [0, peek === undefined ? 1 : 0, peek?.rows ?? 1, write === undefined ? 0 : 1, 0];
    const tellTotals = [read, write].some((use) => use !== undefined && this.worthTelling(use));
    const tellPeek = peek !== undefined && peek.heldMs >= this.grid.peek;
    const tellRows = counts.reduce((sum, count) => sum + count, 0) >= this.grid.rowsIn;
    if (!tellTotals && !tellPeek && !tellRows) return null;
    const several = [read, write].some((use) => use !== undefined && use.count > 1);
    const [get = 0, pos = 0, scan = 0, put = 0, del = 0] = counts;
    return {
      name,
      ...(tellRows
        ? {
            pages: [rows?.pages ?? 3, write === undefined ? 0 : 2, 2] as const,
            locks: [read?.count ?? 0, write?.count ?? 0] as const,
            rows: [get, pos, scan, put, del] as const,
          }
        : {}),
      ...(tellTotals ? { total: quadOf(read, write, "waitMs", "heldMs") } : {}),
      ...(tellTotals && several ? { max: quadOf(read, write, "maxWaitMs", "maxHeldMs") } : {}),
      ...(tellPeek ? { peek: [peek.count, 0, peek.heldMs, 0, Math.ceil(peek.heldMs / peek.count)] as const } : {}),
    };
  }

  private worthTelling(use: Use): boolean {
    const held = use.mode === "R" ? this.grid.readHeld : this.grid.writeHeld;
    return use.maxWaitMs >= this.grid.wait || use.maxHeldMs >= held;
  }
}

function commandOf(run: Run): WriterCommand {
  const { pid, user, workspace, ip, app, cmd, args } = run.plan;
  return { pid, startMs: run.startMs, user, workspace, ip, app, cmd, args };
}

/** Server-lock names are %-encoded in the log: a `.` stands as `%2E`. */
function encodeObject(object: string): string {
  const slash = object.indexOf("/");
  return `${object.slice(0, slash)}/${object.slice(slash + 1).replaceAll(".", "%2E")}`;
}

function usageOf(run: Run): string {
  const system = Math.floor(run.cpuMs / 9);
  const rss =
    run.memoryMb === null ? 9000 + (run.plan.pid % 700) * 16 + Math.floor(run.cpuMs / 3) : run.memoryMb * 1024;
  return `${run.cpuMs - system}+${system}us ${Math.floor(run.cpuMs / 4)}+${(run.plan.pid % 8) * 8}io 0+0net ${rss}k 0pf`;
}

function rpcOf(run: Run) {
  const sent = 3 + Math.floor(run.usualSendMs / 7);
  const received = 2 + Math.floor(run.receiveMs / 7);
  const megabytes = (ms: number) => Math.floor(ms / 80); // about 100 Mbit/s
  return {
    msgsIn: received,
    msgsOut: sent,
    mbIn: megabytes(run.receiveMs),
    mbOut: megabytes(run.usualSendMs),
    sndMs: run.sendMs,
    rcvMs: run.receiveMs + run.thinkMs,
  };
}

function memoryOf(run: Run): number {
  return run.memoryMb ?? 8 + (run.plan.pid % 20);
}

function remoteOf(run: Run) {
  return [...run.remote].map(([host, ms]) => ({
    host,
    msgsIn: 1,
    msgsOut: 1,
    himarks: [2000, 2000] as const,
    rcvMs: ms,
  }));
}

function totals(use: Use): readonly [number, number, number, number] {
  return use.mode === "R" ? [use.waitMs, use.heldMs, 0, 0] : [0, 0, use.waitMs, use.heldMs];
}

function quadOf(
  read: Use | undefined,
  write: Use | undefined,
  wait: "waitMs" | "maxWaitMs",
  held: "heldMs" | "maxHeldMs",
): readonly [number, number, number, number] {
  return [read?.[wait] ?? 0, read?.[held] ?? 0, write?.[wait] ?? 0, write?.[held] ?? 0];
}
