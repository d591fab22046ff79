/** One lock as lslocks prints it. Values as text; what a column lacks is empty. */
export interface LockRow {
  readonly command: string;
  readonly pid: number;
  readonly type: string;
  /** READ or WRITE, without the star. */
  readonly mode: string;
  readonly waiting: boolean;
  readonly path: string;
  readonly blockerPid: number | null;
  readonly inode: number | null;
}

export interface Column {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** `COMMAND  PID   TYPE SIZE MODE  M START END PATH   BLOCKER`: the columns by where their titles stand; else null. */
export function lslocksHeader(line: string): Column[] | null {
  if (!/^\s{0,20}COMMAND\s/.test(line) || line.length > 400) return null;
  const columns = [...line.matchAll(/\S+/g)].map((m) => ({ name: m[0], start: m.index, end: m.index + m[0].length }));
  const names = new Set(columns.map((column) => column.name));
  return ["PID", "TYPE", "MODE"].every((name) => names.has(name)) ? columns : null;
}

// p4d  107  FLOCK  16K READ* 0  0  0 /path/db.config   105      (pasted: blanks collapsed, columns no longer in place)
const COLLAPSED =
  /^\s*(\S{1,64}(?: \S{1,64}){0,2}) +(-?\d+) +([A-Z]{4,8})(?: +[\d.]+[A-Z]?)? +(READ|WRITE)(\*?) +[01] +\d+ +\d+(?: +(\/\S*))?(?: +(\d+))? *$/;

/** A row of the text form, by the columns of its header. An empty PATH lets a blocker slide into its place. */
export function lslocksTextRow(line: string, columns: readonly Column[]): LockRow | null {
  const cells = cellsOf(line, columns);
  const cell = (name: string): string => cells.get(name) ?? "";
  const mode = cell("MODE");
  if (/^-?\d+$/.test(cell("PID")) && /^(READ|WRITE)\*?$/.test(mode)) {
    const slid = cell("BLOCKER") === "" && /^\d+$/.test(cell("PATH"));
    const blocker = slid ? cell("PATH") : cell("BLOCKER");
    const path = slid ? "" : cell("PATH");
    return makeRow({
      command: cell("COMMAND"),
      pid: cell("PID"),
      type: cell("TYPE"),
      mode,
      path,
      blocker,
      inode: cell("INODE"),
    });
  }
  const m = line.length > 4000 ? null : COLLAPSED.exec(line);
  if (m === null) return null;
  const [, command = "", pid = "", type = "", word = "", star = "", path = "", blocker = ""] = m;
  return makeRow({ command, pid, type, mode: word + star, path, blocker, inode: "" });
}

/** A row of the JSON form: numbers as such or as strings, absent and null alike. Null when it is no lock. */
export function lslocksJsonRow(value: Readonly<Record<string, unknown>>): LockRow | null {
  const text = (key: string): string => {
    const field = value[key];
    return typeof field === "string" || typeof field === "number" ? String(field) : "";
  };
  if (!/^-?\d+$/.test(text("pid")) || !/^(READ|WRITE)\*?$/.test(text("mode"))) return null;
  const [command, pid, type, mode, path] = [text("command"), text("pid"), text("type"), text("mode"), text("path")];
  return makeRow({ command, pid, type, mode, path, blocker: text("blocker"), inode: text("inode") });
}

interface Cells {
  command: string;
  pid: string;
  type: string;
  mode: string;
  path: string;
  blocker: string;
  inode: string;
}

/** Hand-made and some published captures name a blocker without the star: any blocker means waiting. */
function makeRow(cells: Cells): LockRow {
  const blockerPid = /^[1-9]\d{0,9}$/.test(cells.blocker) ? Number(cells.blocker) : null;
  return {
    command: cells.command,
    pid: Number(cells.pid),
    type: cells.type,
    mode: cells.mode.replace("*", ""),
    waiting: cells.mode.endsWith("*") || blockerPid !== null,
    path: cells.path,
    blockerPid,
    inode: /^\d{1,15}$/.test(cells.inode) ? Number(cells.inode) : null,
  };
}

/**
 * Words by column: a word belongs where it stands below a title, else (the rest of a path with blanks) to the last
 * column that begins before it.
 */
function cellsOf(line: string, columns: readonly Column[]): Map<string, string> {
  const spans = new Map<string, [number, number]>();
  for (const m of line.matchAll(/\S+/g)) {
    const start = m.index;
    const end = start + m[0].length;
    const below = columns.find((column) => column.start < end && start < column.end);
    const column = below ?? columns.findLast((candidate) => candidate.start <= start) ?? columns[0];
    if (column === undefined) continue;
    const span = spans.get(column.name);
    spans.set(column.name, [span?.[0] ?? start, end]);
  }
  return new Map([...spans].map(([name, [start, end]]) => [name, line.slice(start, end)]));
}
