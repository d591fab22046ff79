/**
 * Writes P4LOG text the way p4d does: one block per call, header line, TAB-indented message, blank line after it.
 * Shares nothing with src/, so that a misreading of the format there cannot hide itself here.
 *
 * Instants are milliseconds of the server's wall clock counted as if UTC; durations are milliseconds.
 */
export interface WriterCommand {
  readonly pid: number;
  readonly startMs: number;
  readonly cmd: string;
  readonly args?: string;
  readonly user?: string;
  readonly workspace?: string;
  readonly ip?: string;
  readonly app?: string;
}

/** A db.* section, or with `mode` a server lock such as `meta/commit`. A line is printed only for what is given. */
export interface WriterSection {
  readonly name: string;
  /** Server locks only: printed as `--- clients/ws(W)`. */
  readonly mode?: "R" | "W";
  /** pages in, out, cached */
  readonly pages?: readonly [number, number, number];
  /** internal, leaf */
  readonly split?: readonly [number, number];
  /** read, write acquisitions */
  readonly locks?: readonly [number, number];
  /** get, pos, scan, put, del */
  readonly rows?: readonly [number, number, number, number, number];
  /** read wait, read held, write wait, write held (ms) */
  readonly total?: readonly [number, number, number, number];
  readonly max?: readonly [number, number, number, number];
  /** count, total wait, total held, max wait, max held (ms) */
  readonly peek?: readonly [number, number, number, number, number];
}

interface WriterRpc {
  readonly host?: string;
  readonly msgsIn?: number;
  readonly msgsOut?: number;
  readonly mbIn?: number;
  readonly mbOut?: number;
  readonly himarks?: readonly [number, number];
  readonly sndMs?: number;
  readonly rcvMs?: number;
}

export interface WriterTrack {
  readonly lockAttempts?: number;
  readonly lapseMs?: number;
  readonly pausedMs?: number;
  readonly usage?: string;
  readonly memory?: readonly [number, number];
  readonly rpc?: readonly WriterRpc[];
  readonly fileTotals?: string;
  readonly sections?: readonly WriterSection[];
  /** Further lines as they stand, without line end, after the sections. */
  readonly extra?: readonly string[];
}

const DEFAULT_USAGE = "10+2us 0+8io 0+0net 8192k 0pf";

export class P4LogWriter {
  private readonly parts: string[] = [];

  /** R1. `server>=1`. */
  start(command: WriterCommand): this {
    return this.info(`\t${commandLine(command)}\n`);
  }

  /** R2. `elapsedMs` counts from the command's start. */
  computeEnd(command: WriterCommand, atMs: number, elapsedMs: number, usage: string | null = DEFAULT_USAGE): this {
    return this.info(`\t${stamp(atMs)} pid ${command.pid} compute end ${duration(elapsedMs)}${tail(usage)}\n`);
  }

  /** R3. */
  completed(command: WriterCommand, atMs: number, lapseMs: number, usage: string | null = DEFAULT_USAGE): this {
    return this.info(`\t${stamp(atMs)} pid ${command.pid} completed ${duration(lapseMs)}${tail(usage)}\n`);
  }

  /** R4, intermediate or final. */
  track(command: WriterCommand, track: WriterTrack): this {
    const lines: string[] = [];
    if (track.lockAttempts !== undefined) {
      lines.push(`locks acquired by blocking after ${track.lockAttempts} non-blocking attempts`);
    }
    if (track.lapseMs !== undefined) lines.push(`--- lapse ${duration(track.lapseMs)}`);
    if (track.pausedMs !== undefined) lines.push(`--- paused ${(track.pausedMs / 1000).toFixed(3)}s`);
    if (track.usage !== undefined) lines.push(`--- usage ${track.usage}`);
    if (track.memory !== undefined) lines.push(`--- memory cmd/proc ${track.memory[0]}mb/${track.memory[1]}mb`);
    for (const rpc of track.rpc ?? []) lines.push(rpcLine(rpc));
    if (track.fileTotals !== undefined) lines.push(`--- filetotals ${track.fileTotals}`);
    for (const section of track.sections ?? []) lines.push(...sectionLines(section));
    lines.push(...(track.extra ?? []));
    return this.info(`\t${commandLine(command)}\n${lines.map((line) => `${line}\n`).join("")}`);
  }

  /** R6. Printed when the trigger has returned. */
  trigger(command: WriterCommand, name: string, lapseMs: number): this {
    return this.info(`\t${commandLine(command)} trigger ${name}\nlapse ${duration(lapseMs)}\n`);
  }

  /** R5. */
  networkEstimates(files: readonly [number, number, number], bytes: readonly [number, number]): this {
    const text = `files added/updated/deleted=${files.join("/")}, bytes added/updated=${bytes.join("/")}`;
    return this.info(`\tServer network estimates: ${text}\n`);
  }

  /** R8. Without `pid` the block has the start-up form: message lines only. */
  error(atMs: number, pid: number | null, operation: string | null, messages: readonly string[]): this {
    const head = pid === null ? [] : [`Date ${stamp(atMs)}:`, `Pid ${pid}`];
    if (operation !== null) head.push(`Operation: ${operation}`);
    const body = [...head, ...messages].map((line) => `\t${line}\n`).join("");
    return this.raw(`Perforce server error:\n${body}\n`);
  }

  /** R7: no header, nanoseconds. `event(t, 77, "Server is now using 55 active threads.")` */
  event(atMs: number, pid: number, text: string, nanos = 0): this {
    return this.raw(`${stamp(atMs)} ${String(nanos).padStart(9, "0")} pid ${pid}: ${text}\n`);
  }

  /** R9. */
  exitedUnexpectedly(command: WriterCommand): this {
    return this.info(`\t${commandLine(command)} exited unexpectedly, removed from monitor table.\n`);
  }

  /** R10: `lifecycle("starting", t, 3336, "P4D/LINUX26X86_64/2023.2/2535420")`. */
  lifecycle(what: string, atMs: number, pid: number, rest = ""): this {
    return this.info(`\tPerforce Server ${what} ${stamp(atMs)} pid ${pid}${rest === "" ? "" : ` ${rest}`}.\n`);
  }

  /** Text as it stands. */
  raw(text: string): this {
    this.parts.push(text);
    return this;
  }

  toString(): string {
    return this.parts.join("");
  }

  private info(message: string): this {
    this.parts.push(`Perforce server info:\n${message}\n`);
    return this;
  }
}

/** `2024/03/05 14:07:03` */
function stamp(ms: number): string {
  const iso = new Date(Math.floor(ms / 1000) * 1000).toISOString();
  return `${iso.slice(0, 10).replaceAll("-", "/")} ${iso.slice(11, 19)}`;
}

/** p4d cuts, never rounds, to three significant digits and prints no zero before the point: `.031s 1.38s 34.9s 109s`. */
function duration(ms: number): string {
  const whole = Math.floor(ms);
  const seconds = Math.floor(whole / 1000);
  const digits = seconds >= 100 ? 0 : seconds >= 10 ? 1 : seconds >= 1 ? 2 : 3;
  if (digits === 0) return `${seconds}s`;
  const fraction = String(whole % 1000)
    .padStart(3, "0")
    .slice(0, digits);
  return `${seconds === 0 ? "" : seconds}.${fraction}s`;
}

/** The text that joins a start line with its track blocks. */
function commandLine(command: WriterCommand): string {
  const { pid, startMs, cmd, args = "", user = "anna", workspace = "anna_ws", ip = "10.0.0.5" } = command;
  const app = command.app ?? "p4/2023.2/LINUX26X86_64/2519561";
  const quoted = args === "" ? cmd : `${cmd} ${args}`;
  return `${stamp(startMs)} pid ${pid} ${user}@${workspace} ${ip} [${app}] '${quoted}'`;
}

function tail(usage: string | null): string {
  return usage === null ? "" : ` ${usage}`;
}

function rpcLine(rpc: WriterRpc): string {
  const { msgsIn = 2, msgsOut = 3, mbIn = 0, mbOut = 0, himarks = [795416, 795272], sndMs = 0, rcvMs = 0 } = rpc;
  const host = rpc.host === undefined ? "" : ` (${rpc.host})`;
  const sizes = `msgs/size in+out ${msgsIn}+${msgsOut}/${mbIn}mb+${mbOut}mb himarks ${himarks[0]}/${himarks[1]}`;
  return `--- rpc${host} ${sizes} snd/rcv ${duration(sndMs)}/${duration(rcvMs)}`;
}

function sectionLines(section: WriterSection): string[] {
  const lines = [`--- ${section.name}${section.mode === undefined ? "" : `(${section.mode})`}`];
  if (section.pages !== undefined) lines.push(`---   pages in+out+cached ${section.pages.join("+")}`);
  if (section.split !== undefined) lines.push(`---   pages split internal+leaf ${section.split.join("+")}`);
  if (section.locks !== undefined) {
    const [get, pos, scan, put, del] = section.rows ?? [0, 0, 0, 0, 0];
    const rows = `rows get+pos+scan put+del ${get}+${pos}+${scan} ${put}+${del}`;
    lines.push(`---   locks read/write ${section.locks.join("/")} ${rows}`);
  }
  if (section.total !== undefined) lines.push(`---   total lock wait+held read/write ${quad(section.total)}`);
  if (section.max !== undefined) lines.push(`---   max lock wait+held read/write ${quad(section.max)}`);
  if (section.peek !== undefined) {
    const [count, wait, held, maxWait, maxHeld] = section.peek;
    lines.push(`---   peek count ${count} wait+held total/max ${wait}ms+${held}ms/${maxWait}ms+${maxHeld}ms`);
  }
  return lines;
}

function quad(values: readonly [number, number, number, number]): string {
  const [readWait, readHeld, writeWait, writeHeld] = values;
  return `${readWait}ms+${readHeld}ms/${writeWait}ms+${writeHeld}ms`;
}
