/** Writes what `p4 monitor show -ale`, `lslocks` (text and -J) and `lsof` print, for fixtures and the simulator. */
export interface MonitorRow {
  readonly pid: number;
  readonly state?: string;
  readonly user: string;
  readonly workspace?: string;
  readonly app?: string;
  readonly ip?: string;
  readonly elapsedMs: number;
  /** As monitor names it: without `user-`. */
  readonly cmd: string;
  readonly args?: string;
}

export interface LslocksRow {
  readonly command?: string;
  readonly pid: number;
  readonly type?: string;
  readonly size?: string | null;
  readonly mode: "READ" | "WRITE";
  readonly waiting?: boolean;
  readonly path: string | null;
  readonly blocker?: number | null;
  readonly inode?: number;
}

export interface LsofRow {
  readonly command?: string;
  readonly pid: number;
  readonly user?: string;
  readonly fd: number;
  /** Lock character after the access mode: R, W whole file; none when open but not locked. */
  readonly lock?: "R" | "W";
  readonly device?: string;
  readonly size?: number;
  readonly inode: number;
  readonly path: string;
}

/** `4101 p4/2021.1/LINUX26X86_64/2156517 10.20.0.9 R nightly nightly_rpt 00:00:32 files //depot/...` */
export function monitorAle(rows: readonly MonitorRow[]): string {
  const lines = rows.map((row) => {
    const { app = "p4/2023.2/LINUX26X86_64/2519561", ip = "10.0.0.5", state = "R", workspace = "unknown" } = row;
    const args = row.args === undefined || row.args === "" ? "" : ` ${row.args}`;
    const who = `${row.user.padEnd(10)} ${workspace}`;
    return `${String(row.pid).padStart(5)} ${app} ${ip} ${state} ${who} ${clock(row.elapsedMs)} ${row.cmd}${args}`;
  });
  return lines.map((line) => `${line}\n`).join("");
}

/** `lslocks -J -o +BLOCKER,INODE`; `old` gives every value as a string, as util-linux before 2.33 did. */
export function lslocksJson(rows: readonly LslocksRow[], old = false): string {
  const plain = (value: number | boolean) => (old ? String(Number(value)) : value);
  const locks = rows.map((row) => ({
    command: row.command ?? "p4d",
    pid: plain(row.pid),
    type: row.type ?? "FLOCK",
    size: row.size === undefined ? "16K" : row.size,
    mode: row.mode + (row.waiting === true ? "*" : ""),
    m: plain(false),
    start: plain(0),
    end: plain(0),
    path: row.path,
    blocker: row.blocker == null ? null : plain(row.blocker),
    ...(row.inode === undefined ? {} : { inode: plain(row.inode) }),
  }));
  const body = locks.map((lock) => `      ${JSON.stringify(lock)}`).join(",\n");
  return `{\n   "locks": [\n${body}\n   ]\n}\n`;
}

/** `lslocks -u`, with a BLOCKER column unless `withBlocker` is false. */
export function lslocksText(rows: readonly LslocksRow[], withBlocker = true): string {
  const header = ["COMMAND", "PID", "TYPE", "SIZE", "MODE", "M", "START", "END", "PATH"];
  if (withBlocker) header.push("BLOCKER");
  const table = rows.map((row) => {
    const mode = row.mode + (row.waiting === true ? "*" : "");
    const cells = [row.command ?? "p4d", String(row.pid), row.type ?? "FLOCK", row.size ?? "16K", mode, "0", "0", "0"];
    cells.push(row.path ?? "");
    if (withBlocker) cells.push(row.blocker == null ? "" : String(row.blocker));
    return cells;
  });
  const rightAligned = new Set([1, 3, 6, 7]);
  const width = header.map((title, column) =>
    Math.max(title.length, ...table.map((cells) => (cells[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        rightAligned.has(column) ? cell.padStart(width[column] ?? 0) : cell.padEnd(width[column] ?? 0),
      )
      .join(" ")
      .trimEnd();
  return [header, ...table].map((cells) => `${line(cells)}\n`).join("");
}

/** `lsof -p …`: shows holders only, never waiters. */
export function lsofText(rows: readonly LsofRow[]): string {
  const lines = rows.map((row) => {
    const command = (row.command ?? "p4d").slice(0, 9).padEnd(9);
    const fd = `${row.fd}u${row.lock ?? ""}`.padStart(6);
    const { user = "perforce", device = "259,1", size = 16384 } = row;
    return `${command} ${row.pid} ${user} ${fd} REG ${device} ${size} ${row.inode} ${row.path}`;
  });
  return `COMMAND   PID USER     FD TYPE DEVICE SIZE/OFF NODE NAME\n${lines.map((line) => `${line}\n`).join("")}`;
}

/** `00:02:32`, hours unbounded. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
