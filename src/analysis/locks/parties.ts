import type { CapturedProcess, EvidenceRef, LockActor, LockCommand, LockInput } from "../../contracts/lock-facts.js";
import type { Party } from "./lock-model.js";
import type { LockSettings } from "./lock-settings.js";
import { type TrueTimes, trueTimes } from "./true-times.js";

/** How far a capture's clock reading may lie from the log's for the same moment. */
const CAPTURE_SKEW_MS = 1500;
const ELAPSED_SKEW_MS = 3000;
/** Tools that list locks take seconds on a stuck host: rows may be younger than the capture's time. */
const SLOW_CAPTURE_MS = 10_000;

/** All parties of one analysis: commands worth looking at first, others joining as captures and shadows name them. */
export class PartyList {
  readonly all: Party[] = [];
  private readonly byPid = new Map<number, LockCommand[]>();
  private readonly byCommand = new Map<number, Party>();
  private readonly byKey = new Map<string, Party>();

  constructor(
    private readonly input: LockInput,
    settings: LockSettings,
  ) {
    for (const command of input.commands) {
      const list = this.byPid.get(command.pid);
      if (list === undefined) this.byPid.set(command.pid, [command]);
      else list.push(command);
    }
    for (const list of this.byPid.values()) list.sort((a, b) => a.startMs - b.startMs || a.commandId - b.commandId);
    for (const command of input.commands) {
      const worth = command.uses.some((use) => use.waitMs >= settings.minWaitMs || use.heldMs >= settings.minHeldMs);
      if (worth || isOpen(command)) this.ofCommand(command);
    }
  }

  at(index: number): Party {
    const party = this.all[index];
    if (party === undefined) throw new Error(`no party ${index}`);
    return party;
  }

  ofCommand(command: LockCommand): Party {
    const known = this.byCommand.get(command.commandId);
    if (known !== undefined) return known;
    const times = this.closeAtPidReuse(command, trueTimes(command, this.input.logEndMs));
    const party = this.add(`c${command.commandId}`, command, null, command.pid, times, isOpen(command), command.ref);
    this.byCommand.set(command.commandId, party);
    return party;
  }

  /**
   * The party behind `pid` at one moment. A pid is reused, so the log's command must have been open then and must not
   * contradict what monitor shows for the pid; else the process is known from the capture alone.
   */
  ofPid(pid: number, atMs: number, process: CapturedProcess | null, ref: EvidenceRef): Party {
    const fitting = (this.byPid.get(pid) ?? []).filter((command) => process === null || agrees(command, process, atMs));
    const open = fitting.filter((command) => {
      const { startLo, endHi } = this.closeAtPidReuse(command, trueTimes(command, this.input.logEndMs));
      return startLo - CAPTURE_SKEW_MS <= atMs && atMs <= endHi + CAPTURE_SKEW_MS;
    });
    const soon = fitting.find((command) => command.startMs > atMs && command.startMs <= atMs + SLOW_CAPTURE_MS);
    const command = open[open.length - 1] ?? soon;
    if (command !== undefined) return this.ofCommand(command);
    return this.ofCapture(pid, atMs, process, ref);
  }

  /** A holder nobody saw. `pid` and command stay unknown. */
  unknown(name: string, times: TrueTimes, ref: EvidenceRef): Party {
    return this.byKey.get(name) ?? this.add(name, null, null, null, times, false, ref);
  }

  private ofCapture(pid: number, atMs: number, process: CapturedProcess | null, ref: EvidenceRef): Party {
    const key = process === null ? `p${pid}` : `p${pid} ${process.user} ${process.cmd}`;
    const known = this.byKey.get(key) ?? (process === null ? this.byPidKey(pid) : undefined);
    if (known !== undefined) return known;
    const elapsed = process?.elapsedMs ?? null;
    const start = elapsed === null ? atMs : atMs - elapsed;
    const end = Math.max(this.input.logEndMs, atMs);
    const times = { startLo: start - 1000, startHi: start, endLo: end, endHi: end };
    return this.add(key, null, process, pid, times, true, process?.ref ?? ref);
  }

  private byPidKey(pid: number): Party | undefined {
    return this.all.find((party) => party.command === null && party.pid === pid);
  }

  private add(
    key: string,
    command: LockCommand | null,
    process: CapturedProcess | null,
    pid: number | null,
    times: TrueTimes,
    inFlight: boolean,
    ref: EvidenceRef | null,
  ): Party {
    const party: Party = { index: this.all.length, key, command, process, pid, times, inFlight, ref };
    this.all.push(party);
    this.byKey.set(key, party);
    return party;
  }

  /** An open command ended, unlogged, before the next command of the same pid began. */
  private closeAtPidReuse(command: LockCommand, times: TrueTimes): TrueTimes {
    if (!isOpen(command)) return times;
    const next = (this.byPid.get(command.pid) ?? []).find((other) => other.startMs > command.startMs);
    if (next === undefined) return times;
    return { ...times, endLo: Math.min(times.endLo, times.startHi), endHi: next.startMs + 1000 };
  }
}

export function isOpen(command: LockCommand): boolean {
  return command.endMs === null && command.lapseMs === null;
}

function agrees(command: LockCommand, process: CapturedProcess, atMs: number): boolean {
  if (process.user !== "" && !command.user.startsWith(process.user) && !process.user.startsWith(command.user)) {
    return false;
  }
  if (monitorName(command.cmd) === monitorName(process.cmd)) return true;
  return process.elapsedMs !== null && Math.abs(atMs - process.elapsedMs - command.startMs) <= ELAPSED_SKEW_MS;
}

/** Monitor drops the `user-` of client commands: `user-sync` is `sync`. */
function monitorName(cmd: string): string {
  return cmd.startsWith("user-") ? cmd.slice(5) : cmd;
}

export function actorOf(party: Party): LockActor {
  const { command, process } = party;
  const { times } = party;
  const captured = process?.elapsedMs ?? null;
  const startMs = command?.startMs ?? (captured === null ? null : times.startHi);
  return {
    key: party.key,
    commandId: command?.commandId ?? null,
    pid: party.pid,
    cmd: command?.cmd ?? process?.cmd ?? "",
    args: command?.args ?? process?.args ?? "",
    user: command?.user ?? process?.user ?? "",
    workspace: command?.workspace ?? process?.workspace ?? "",
    app: process?.app ?? command?.app ?? null,
    ip: process?.ip ?? command?.ip ?? null,
    startMs,
    endMs: command === null || party.inFlight ? null : Math.round((times.endLo + times.endHi) / 2),
    inFlight: party.inFlight,
    ref: party.ref,
  };
}
