/** One command of `p4 monitor show`. `elapsedS` is null when the time is garbled. */
export interface MonitorRow {
  readonly pid: number;
  readonly state: string;
  readonly user: string;
  readonly workspace: string | null;
  readonly cmd: string;
  readonly args: string;
  readonly app: string | null;
  readonly ip: string | null;
  readonly elapsedS: number | null;
}

//  2033 B svc_master-1666 633:31:21 ldapsync -g -i 1800
const PLAIN = /^\s*(\d{1,10}) +([RTPBFI]) +(\S+) +(\d{1,9}:\d\d:\d\d) +(\S+) ?(.*)$/;
// " R bruno bruno_ws 00:00:04 sync -q": with -e, program and host stand before it, and a program may hold blanks
const ENVIRONMENT = / ([RTPBFI]) +(\S+) +(\S+) +(\d{1,9}:\d\d:\d\d) +(\S+) ?(.*)$/;
const LEADING_PID = /^\s*(\d{1,10}) /; // "  2033 p4/v93 10.1.2.3 R …"

/** A row of the output for people, with or without -a, -l, -e; null when it is none. */
export function monitorRow(line: string): MonitorRow | null {
  const plain = PLAIN.exec(line);
  if (plain !== null) {
    const [, pid, state = "", user = "", elapsed = "", cmd = "", args = ""] = plain;
    const base = { workspace: null, app: null, ip: null };
    return { pid: Number(pid), state, user, cmd, args: argsOf(cmd, args), elapsedS: elapsedSeconds(elapsed), ...base };
  }
  const lead = LEADING_PID.exec(line);
  const rest = lead === null ? null : ENVIRONMENT.exec(line);
  if (lead === null || rest === null) return null;
  const [, state = "", user = "", workspace = "", elapsed = "", cmd = "", args = ""] = rest;
  const environment = line.slice(lead[0].length, Math.max(lead[0].length, rest.index)).trim();
  const blank = environment.lastIndexOf(" ");
  return {
    pid: Number(lead[1]),
    state,
    user,
    workspace,
    cmd,
    args: argsOf(cmd, args),
    app: orNull(environment.slice(0, Math.max(0, blank)).trim()),
    ip: orNull(environment.slice(blank + 1)),
    elapsedS: elapsedSeconds(elapsed),
  };
}

/** Both sets of names: those of -ztag, and those of `-F %runstate%`. */
const TAGS = {
  state: ["status", "runstate"],
  elapsed: ["time", "elapsed"],
  cmd: ["command", "function"],
} as const;

/** A row from the fields of one tagged record; null without a pid. */
export function taggedRow(fields: ReadonlyMap<string, string>): MonitorRow | null {
  const first = (names: readonly string[]): string =>
    names.map((name) => fields.get(name)).find((v) => v !== undefined) ?? "";
  const pid = Number(fields.get("id") ?? Number.NaN);
  if (!Number.isInteger(pid) || pid < 0) return null;
  const cmd = first(TAGS.cmd);
  return {
    pid,
    state: first(TAGS.state) || "T",
    user: fields.get("user") ?? "",
    workspace: orNull(fields.get("client") ?? ""),
    cmd,
    args: argsOf(cmd, fields.get("args") ?? ""),
    app: orNull(fields.get("prog") ?? ""),
    ip: orNull(fields.get("host") ?? ""),
    elapsedS: elapsedSeconds(first(TAGS.elapsed)),
  };
}

export interface MonitorLock {
  readonly path: string;
  readonly mode: "READ" | "WRITE";
  readonly waiting: boolean;
}

/**
 * The locks of a `-L` line: `[server.locks/clients/88,d/ws4(W),db.locks(R),db.rev(R)+12ms]`. Names hold commas, so a
 * lock ends at its `(R)` or `(W)`. How waits are printed is not known: a word "wait" behind the mode is taken for one.
 */
export function monitorLocks(text: string): MonitorLock[] {
  const locks: MonitorLock[] = [];
  const body = text.slice(text.indexOf("[") + 1);
  for (let at = 0; at < body.length; ) {
    const read = body.indexOf("(R)", at);
    const write = body.indexOf("(W)", at);
    const mode = read < 0 ? write : write < 0 ? read : Math.min(read, write);
    if (mode < 0) break;
    const comma = body.indexOf(",", mode);
    const end = comma < 0 ? body.length : comma;
    const path = body.slice(at, mode).trim();
    locks.push({ path, mode: mode === write ? "WRITE" : "READ", waiting: /wait/i.test(body.slice(mode + 3, end)) });
    at = end + 1;
  }
  return locks;
}

/** Hours are unbounded: `633:31:21`. */
function elapsedSeconds(text: string): number | null {
  const m = /^(\d{1,9}):(\d\d):(\d\d)$/.exec(text);
  return m === null ? null : Number(m[1]) * 3600 + Number(m[2]) * 60 + Number(m[3]);
}

/** An idle connection prints `IDLE none`; that is no argument. */
function argsOf(cmd: string, args: string): string {
  return cmd === "IDLE" && args === "none" ? "" : args;
}

function orNull(text: string): string | null {
  return text === "" ? null : text;
}
