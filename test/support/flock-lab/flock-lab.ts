import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { CapturedLock } from "../../../src/contracts/lock-facts.js";
import { P4LogWriter, type WriterCommand } from "../p4log-writer.js";

/** Real processes, real flocks, real lslocks: the second source of truth beside the simulator. */
export interface LabCommand {
  readonly cmd: string;
  readonly delayMs: number;
  /** See flock-actor.pl. */
  readonly steps: readonly string[];
}

export interface LabRun {
  /** What p4d would have logged about the measured waits and holds. */
  readonly log: string;
  /** lslocks -J of the moment, rows of the lab's files only. */
  readonly captured: readonly CapturedLock[];
  readonly logEndMs: number;
  /** Pid of each command, in the order given. */
  readonly pids: readonly number[];
}

/** Why the lab cannot run here, or null. */
export function labMissing(): string | null {
  if (process.platform !== "linux") return "flock lab needs Linux";
  for (const [tool, args] of [
    ["perl", ["-MTime::HiRes", "-e", "1"]],
    ["lslocks", ["--version"]],
  ] as const) {
    try {
      execFileSync(tool, args, { stdio: "ignore" });
    } catch {
      return `flock lab needs ${tool}`;
    }
  }
  return null;
}

const ACTOR = fileURLToPath(new URL("flock-actor.pl", import.meta.url));
const run = promisify(execFile);

/** Runs the commands side by side and takes one snapshot of all locks `captureMs` after the begin. */
export async function runLab(
  files: readonly string[],
  commands: readonly LabCommand[],
  captureMs: number,
): Promise<LabRun> {
  const folder = mkdtempSync(join(tmpdir(), "flock-lab-"));
  try {
    for (const file of files) writeFileSync(join(folder, file), "");
    const running = commands.map(({ delayMs, steps }) => run("perl", [ACTOR, folder, String(delayMs), ...steps]));
    const sample = new Promise<void>((resolve) => setTimeout(resolve, captureMs)).then(() => takeLocks(folder, files));
    const reports = (await Promise.all(running)).map(({ stdout }) => stdout);
    return { ...writeLog(commands, reports), captured: await sample };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface LslocksJson {
  readonly locks: readonly {
    readonly pid: number | string;
    readonly type: string;
    readonly mode: string;
    readonly inode?: number | string;
    readonly blocker: number | string | null;
  }[];
}

function takeLocks(folder: string, files: readonly string[]): CapturedLock[] {
  const takenMs = Date.now();
  const columns = "PID,TYPE,MODE,INODE,BLOCKER";
  const { locks } = JSON.parse(execFileSync("lslocks", ["-J", "-o", columns], { encoding: "utf8" })) as LslocksJson;
  const nameOf = new Map(files.map((file) => [statSync(join(folder, file)).ino, file]));
  return locks.flatMap((row, line): CapturedLock[] => {
    const inode = Number(row.inode);
    const object = nameOf.get(inode);
    if (object === undefined || row.type !== "FLOCK") return [];
    const blockerPid = row.blocker === null ? null : Number(row.blocker);
    const ref = { sourceId: 2, lineNo: line + 1, byteOffset: 0 };
    const mode = row.mode.startsWith("READ") ? "R" : "W";
    const waiting = row.mode.endsWith("*");
    return [
      { captureId: 1, origin: "lslocks", takenMs, pid: Number(row.pid), object, inode, mode, waiting, blockerPid, ref },
    ];
  });
}

function writeLog(commands: readonly LabCommand[], reports: readonly string[]): Omit<LabRun, "captured"> {
  const log = new P4LogWriter();
  const pids: number[] = [];
  let logEndMs = 0;
  reports.forEach((report, index) => {
    const [head = "", ...rows] = report.trim().split("\n");
    const value = (key: string) => Number(new RegExp(`${key}=(\\d+)`).exec(head)?.[1]); // pid=4711 start=1709629200123
    const [pid, startMs, endMs] = [value("pid"), value("start"), value("end")];
    const command: WriterCommand = {
      pid,
      startMs,
      cmd: commands[index]?.cmd ?? "",
      user: `user${index}`,
      workspace: `ws${index}`,
    };
    const sections = rows.map((row) => {
      const [name = "", mode, wait, held] = row.split(" ");
      const [waitMs, heldMs] = [Number(wait), Number(held)];
      const total = mode === "R" ? ([waitMs, heldMs, 0, 0] as const) : ([0, 0, waitMs, heldMs] as const);
      return { name, locks: mode === "R" ? ([1, 0] as const) : ([0, 1] as const), total };
    });
    const attempts = value("wedged") === 1 ? { lockAttempts: 3 } : {};
    log.start(command).completed(command, endMs, endMs - startMs);
    log.track(command, { ...attempts, lapseMs: endMs - startMs, sections });
    pids.push(pid);
    logEndMs = Math.max(logEndMs, endMs);
  });
  return { log: log.toString(), logEndMs, pids };
}
