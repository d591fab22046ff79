/** A process as ps or top lists it; what has no column is null or empty. */
export interface ProcessRow {
  readonly pid: number;
  readonly parentPid: number | null;
  readonly state: string;
  readonly user: string;
  readonly cpuPercent: number | null;
  readonly memoryPercent: number | null;
  readonly rssKb: number | null;
  readonly elapsedS: number | null;
  readonly cpuS: number | null;
  readonly waitChannel: string;
  readonly command: string;
}

/** Titles that ps, top and their older versions print, by what stands below them. */
const TITLES: Readonly<Record<string, keyof ProcessRow>> = {
  PID: "pid",
  PPID: "parentPid",
  S: "state",
  STAT: "state",
  USER: "user",
  UID: "user",
  RUSER: "user",
  EUSER: "user",
  "%CPU": "cpuPercent",
  C: "cpuPercent",
  "%MEM": "memoryPercent",
  RSS: "rssKb",
  RSZ: "rssKb",
  RES: "rssKb",
  ELAPSED: "elapsedS",
  TIME: "cpuS",
  "TIME+": "cpuS",
  CPUTIME: "cpuS",
  WCHAN: "waitChannel",
  COMMAND: "command",
  CMD: "command",
  ARGS: "command",
};

export type ProcessColumns = readonly (keyof ProcessRow | "start" | "other")[];

/** `  PID  PPID USER     STAT WCHAN   %CPU   RSS     ELAPSED COMMAND`: the columns by their titles; else null. */
export function processColumns(line: string): ProcessColumns | null {
  if (line.length > 400) return null;
  const words = line.trim().split(/\s+/);
  if (!words.includes("PID") || !["COMMAND", "CMD", "ARGS"].includes(words.at(-1) ?? "")) return null;
  // lslocks and lsof have a PID and a COMMAND too, but in front.
  if (words.some((word) => !/^[%A-Z]{1,8}\+?$/.test(word))) return null;
  const columns = words.map(
    (word) => TITLES[word] ?? (word.startsWith("START") || word === "STIME" ? "start" : "other"),
  );
  return columns.length >= 2 ? columns : null;
}

/** `Tue Mar  5 14:07:36 2024`   `Mar 05`   else one word (`14:07`, `Mar05`, `2023`) */
const START =
  /^(?:[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2} \d{4}|[A-Z][a-z]{2} {1,2}\d{1,2}|\S{1,20})(?=\s)/;

/** A row below those titles; null when it is none. The last column takes the rest of the line. */
export function processRow(line: string, columns: ProcessColumns): ProcessRow | null {
  const cells = new Map<string, string>();
  let rest = line.trimStart();
  for (const column of columns.slice(0, -1)) {
    const m = (column === "start" ? START : /^\S{1,300}(?=\s)/).exec(rest.slice(0, 400));
    if (m === null) return null;
    // A second column of a kind (`-o user,ruser`) adds nothing.
    if (!cells.has(column)) cells.set(column, m[0]);
    rest = rest.slice(m[0].length).trimStart();
  }
  const cell = (column: keyof ProcessRow) => cells.get(column) ?? "";
  const pid = cell("pid");
  if (!/^\d{1,10}$/.test(pid) || rest === "") return null;
  const parent = cell("parentPid");
  const channel = cell("waitChannel");
  return {
    pid: Number(pid),
    parentPid: /^\d{1,10}$/.test(parent) ? Number(parent) : null,
    state: cell("state").slice(0, 1),
    user: cell("user"),
    cpuPercent: decimal(cell("cpuPercent")),
    memoryPercent: decimal(cell("memoryPercent")),
    rssKb: kilobytes(cell("rssKb")),
    elapsedS: duration(cell("elapsedS")),
    cpuS: duration(cell("cpuS")),
    waitChannel: channel === "-" || channel === "0" ? "" : channel,
    command: rest.trimEnd(),
  };
}

function decimal(text: string): number | null {
  return /^\d{1,7}(?:[.,]\d{1,3})?$/.test(text) ? Number(text.replace(",", ".")) : null;
}

/** `350860`; top shortens large ones to `32.7g`. */
function kilobytes(text: string): number | null {
  const m = /^(\d{1,15}(?:[.,]\d{1,3})?)([kmgt]?)$/i.exec(text);
  if (m === null) return null;
  const power = ["", "m", "g", "t"].indexOf((m[2] ?? "").toLowerCase().replace("k", ""));
  return Math.round(Number((m[1] ?? "").replace(",", ".")) * 1024 ** power);
}

/** `3-04:05:06`   `04:05:06`   `05:06`   `0:36.06` of top   `91234`, seconds; null for anything else. */
export function duration(text: string): number | null {
  const m = /^(?:(?:(\d{1,5})-)?(\d{1,4}):)?(\d{1,7}):(\d{2})(?:[.,]\d{1,3})?$/.exec(text);
  if (m === null) return /^\d{1,10}$/.test(text) ? Number(text) : null;
  const [, days = "0", hours = "0", minutes, seconds] = m;
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}
