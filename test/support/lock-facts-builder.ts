import type {
  CapturedLock,
  CapturedProcess,
  LockCommand,
  LockInput,
  LockMode,
  LockUse,
} from "../../src/contracts/lock-facts.js";

/** Short ways to write down lock facts in tests. Seconds of the day count from midnight, 2024-03-05. */
const DAY_MS = Date.UTC(2024, 2, 5);

export function at(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(":").map(Number);
  return DAY_MS + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

export function use(
  object: string,
  mode: LockMode,
  waitMs: number,
  heldMs: number,
  more: Partial<LockUse> = {},
): LockUse {
  const ref = { sourceId: 1, lineNo: 1, byteOffset: 0 };
  return { object, mode, count: 1, waitMs, heldMs, maxWaitMs: null, maxHeldMs: null, ordinal: 0, ref, ...more };
}

let nextId = 1;

export function command(pid: number, cmd: string, start: string, more: Partial<LockCommand> = {}): LockCommand {
  const commandId = nextId++;
  const uses = (more.uses ?? []).map((one, ordinal) => ({ ...one, ordinal }));
  return {
    commandId,
    pid,
    cmd,
    args: "",
    user: `user${pid}`,
    workspace: `ws${pid}`,
    app: "",
    ip: "",
    startMs: at(start),
    endMs: null,
    lapseMs: null,
    computeMs: null,
    lockAttempts: null,
    hasTrack: uses.length > 0,
    ref: { sourceId: 1, lineNo: commandId, byteOffset: 0 },
    endRef: null,
    ...more,
    uses,
  };
}

export function lockRow(
  pid: number,
  object: string | null,
  mode: LockMode,
  more: Partial<CapturedLock> = {},
): CapturedLock {
  const blockerPid = more.blockerPid ?? null;
  const ref = { sourceId: 2, lineNo: pid, byteOffset: 0 };
  const waiting = blockerPid !== null;
  return {
    captureId: 1,
    origin: "lslocks",
    takenMs: null,
    pid,
    object,
    inode: null,
    mode,
    waiting,
    ref,
    ...more,
    blockerPid,
  };
}

export function processRow(
  pid: number,
  user: string,
  cmd: string,
  elapsedMs: number | null,
  more: Partial<CapturedProcess> = {},
): CapturedProcess {
  const ref = { sourceId: 3, lineNo: pid, byteOffset: 0 };
  return {
    captureId: 2,
    takenMs: null,
    pid,
    state: "R",
    user,
    workspace: null,
    cmd,
    args: "",
    app: null,
    ip: null,
    elapsedMs,
    ref,
    ...more,
  };
}

export function input(more: Partial<LockInput>): LockInput {
  return { commands: [], capturedLocks: [], capturedProcesses: [], logEndMs: at("15:00:00"), ...more };
}
