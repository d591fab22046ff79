import type { LockCommand, LockUse } from "../../../src/contracts/lock-facts.js";

/** The least that turns a small, well-formed P4LOG into lock facts; only for text our own writer made. */
export function readTrack(log: string): LockCommand[] {
  const commands = new Map<string, LockCommand>();
  const byPid = new Map<number, string>();
  for (const block of log.split("\n\n")) {
    const [, first = "", ...lines] = block.split("\n");
    // 	2024/03/05 14:07:03 pid 4101 nightly@ws 10.0.0.9 [p4] 'user-files //depot/...'
    const start = /^\t(\S+ \S+) pid (\d+) (\S+)@(\S+) \S+ \[.*\] '(\S+?)(?: (.*))?'$/.exec(first);
    // 	2024/03/05 14:07:58 pid 4101 completed 54.8s 10+2us ...
    const end = /^\t(\S+ \S+) pid (\d+) completed ([\d.]+)s/.exec(first);
    if (start !== null) {
      byPid.set(Number(start[2]), first);
      const known = commands.get(first) ?? newCommand(start, commands.size + 1);
      commands.set(first, lines.length === 0 ? known : { ...known, ...readUses(lines) });
    } else if (end !== null) {
      const key = byPid.get(Number(end[2])) ?? "";
      const known = commands.get(key);
      if (known !== undefined)
        commands.set(key, { ...known, endMs: time(end[1]), lapseMs: Math.round(Number(end[3]) * 1000) });
    }
  }
  return [...commands.values()].sort((a, b) => a.startMs - b.startMs);
}

function newCommand(start: RegExpExecArray, commandId: number): LockCommand {
  return {
    commandId,
    pid: Number(start[2]),
    cmd: start[5] ?? "",
    args: start[6] ?? "",
    user: start[3] ?? "",
    workspace: start[4] ?? "",
    app: "",
    ip: "",
    startMs: time(start[1]),
    endMs: null,
    lapseMs: null,
    computeMs: null,
    lockAttempts: null,
    hasTrack: false,
    uses: [],
    ref: { sourceId: 1, lineNo: commandId, byteOffset: 0 },
    endRef: null,
  };
}

function readUses(lines: readonly string[]): Pick<LockCommand, "hasTrack" | "uses"> {
  const uses: LockUse[] = [];
  let object = "";
  for (const line of lines) {
    const section = /^--- (db\.\S+)$/.exec(line); // --- db.revdx
    if (section !== null) object = section[1] ?? "";
    // ---   total lock wait+held read/write 0ms+41850ms/0ms+0ms
    const total = /^--- {3}total lock wait\+held read\/write (\d+)ms\+(\d+)ms\/(\d+)ms\+(\d+)ms$/.exec(line);
    if (total === null) continue;
    const [readWait = 0, readHeld = 0, writeWait = 0, writeHeld = 0] = total.slice(1).map(Number);
    const base = { object, count: 1, maxWaitMs: null, maxHeldMs: null, ordinal: uses.length };
    const ref = { sourceId: 1, lineNo: 1, byteOffset: 0 };
    if (readWait + readHeld > 0) uses.push({ ...base, mode: "R", waitMs: readWait, heldMs: readHeld, ref });
    if (writeWait + writeHeld > 0) uses.push({ ...base, mode: "W", waitMs: writeWait, heldMs: writeHeld, ref });
  }
  return { hasTrack: true, uses };
}

function time(text: string | undefined): number {
  return Date.parse(`${(text ?? "").replaceAll("/", "-").replace(" ", "T")}Z`);
}
