/** Writes what df, vmstat, iostat, ps, top and /proc/pressure print. Shares nothing with src/. Sizes as the tool's own unit. */
export interface Filesystem {
  readonly device: string;
  readonly mount: string;
  readonly sizeKb: number;
  readonly usedKb: number;
}

/** `df -k`; like ext4, five per cent are kept for root, so used plus available is less than the size. */
export function dfText(filesystems: readonly Filesystem[], unit: "-k" | "-h" | "-i" | "-PT" = "-k"): string {
  const rows = filesystems.map(({ device, mount, sizeKb, usedKb }) => {
    const available = Math.max(0, Math.floor(sizeKb * 0.95) - usedKb);
    const percent = `${Math.ceil((100 * usedKb) / Math.max(1, usedKb + available))}%`;
    if (unit === "-i")
      return [device, String(sizeKb >> 4), String(usedKb >> 9), String((sizeKb >> 4) - (usedKb >> 9)), "4%", mount];
    const amount = (kb: number) => (unit === "-h" ? human(kb) : String(kb));
    const cells = [device, amount(sizeKb), amount(usedKb), amount(available), percent, mount];
    if (unit === "-PT") cells.splice(1, 0, mount === "/boot" ? "ext4" : "xfs");
    return cells;
  });
  const header = {
    "-k": ["Filesystem", "1K-blocks", "Used", "Available", "Use%", "Mounted on"],
    "-h": ["Filesystem", "Size", "Used", "Avail", "Use%", "Mounted on"],
    "-i": ["Filesystem", "Inodes", "IUsed", "IFree", "IUse%", "Mounted on"],
    "-PT": ["Filesystem", "Type", "1024-blocks", "Used", "Available", "Capacity", "Mounted on"],
  }[unit];
  return columns([header, ...rows], new Set(unit === "-PT" ? [2, 3, 4, 5] : [1, 2, 3, 4]));
}

/** 1.4T, 312G, 8.8M: `df -h` rounds up and shows a digit behind the point below ten. */
function human(kb: number): string {
  let value = kb;
  let unit = 0;
  while (value >= 1024 && unit < 4) {
    value /= 1024;
    unit++;
  }
  const shown = value < 10 && value > 0 ? (Math.ceil(value * 10) / 10).toFixed(1) : String(Math.ceil(value));
  return kb === 0 ? "0" : `${shown}${"KMGTP"[unit]}`;
}

export interface VmSample {
  readonly running: number;
  readonly blocked: number;
  readonly swapUsedKb: number;
  readonly freeKb: number;
  readonly cacheKb: number;
  readonly swapIn: number;
  readonly swapOut: number;
  readonly blocksIn: number;
  readonly blocksOut: number;
  /** us, sy, id, wa, st in per cent */
  readonly cpu: readonly [number, number, number, number, number];
}

/** `vmstat 1 N`; `stamps` as with `-t`. */
export function vmstatText(samples: readonly VmSample[], stamps: readonly string[] | null = null): string {
  const tail = stamps === null ? "" : " -----timestamp-----";
  const head = [
    `procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----${tail}`,
    ` r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st${stamps === null ? "" : "                 UTC"}`,
  ];
  const rows = samples.map((sample, index) => {
    const pad = (value: number, width: number) => String(value).padStart(width);
    const interrupts = 2100 + sample.running * 310 + (sample.blocksIn % 977);
    const cells = [
      pad(sample.running, 2),
      pad(sample.blocked, 2),
      pad(sample.swapUsedKb, 6),
      pad(sample.freeKb, 6),
      pad(21_844, 6),
      pad(sample.cacheKb, 6),
      pad(sample.swapIn, 4),
      pad(sample.swapOut, 4),
      pad(sample.blocksIn, 5),
      pad(sample.blocksOut, 5),
      pad(interrupts, 4),
      pad(interrupts * 2, 4),
      ...sample.cpu.map((percent) => pad(percent, 2)),
    ];
    return `${cells.join(" ")}${stamps === null ? "" : ` ${stamps[index] ?? ""}`}`;
  });
  return `${[...head, ...rows].join("\n")}\n`;
}

interface DeviceSample {
  readonly device: string;
  readonly readsPerS: number;
  readonly writesPerS: number;
  readonly readAwaitMs: number;
  readonly writeAwaitMs: number;
  readonly queue: number;
  readonly utilPercent: number;
}

export interface IoReport {
  readonly stamp: string;
  /** user, system, iowait, steal, idle in per cent */
  readonly cpu: readonly [number, number, number, number, number];
  readonly devices: readonly DeviceSample[];
}

/** `iostat -xt 1 2` of sysstat 12, or with `old` of sysstat 10 (one await, svctm). */
export function iostatText(host: string, day: string, reports: readonly IoReport[], old = false): string {
  const kernel = old ? "3.10.0-1160.el7.x86_64" : "5.14.0-362.24.1.el9_3.x86_64";
  const blocks = reports.map(({ stamp, cpu, devices }) => {
    const [user, system, iowait, steal, idle] = cpu;
    const cells = [user, 0, system, iowait, steal, idle].map((value) => value.toFixed(2).padStart(7));
    const head = ["avg-cpu:  %user   %nice %system %iowait  %steal   %idle", `        ${cells.join(" ")}`];
    return [stamp, ...head, "", ...(old ? oldDevices(devices) : newDevices(devices)), ""].join("\n");
  });
  return `Linux ${kernel} (${host}) \t${day} \t_x86_64_\t(32 CPU)\n\n${blocks.join("\n")}\n`;
}

function newDevices(devices: readonly DeviceSample[]): string[] {
  const titles =
    "r/s rkB/s rrqm/s %rrqm r_await rareq-sz w/s wkB/s wrqm/s %wrqm w_await wareq-sz d/s dkB/s drqm/s %drqm d_await dareq-sz f/s f_await aqu-sz %util";
  const widths = [7, 9, 8, 6, 7, 8, 7, 9, 8, 6, 7, 8, 7, 9, 8, 6, 7, 8, 7, 7, 7, 6];
  const row = (name: string, cells: readonly string[]) =>
    `${name.padEnd(12)} ${cells.map((cell, index) => cell.padStart(widths[index] ?? 7)).join(" ")}`;
  const lines = devices.map((sample) => {
    const values = [
      sample.readsPerS,
      sample.readsPerS * 14.2,
      sample.readsPerS * 0.02,
      1.9,
      sample.readAwaitMs,
      14.2,
      sample.writesPerS,
      sample.writesPerS * 17.6,
      sample.writesPerS * 0.4,
      28.6,
      sample.writeAwaitMs,
      17.6,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      sample.queue,
      sample.utilPercent,
    ];
    return row(
      sample.device,
      values.map((value) => value.toFixed(2)),
    );
  });
  return [row("Device", titles.split(" ")), ...lines];
}

function oldDevices(devices: readonly DeviceSample[]): string[] {
  const titles = "rrqm/s wrqm/s r/s w/s rkB/s wkB/s avgrq-sz avgqu-sz await r_await w_await svctm %util";
  const row = (name: string, cells: readonly string[]) =>
    `${name.padEnd(13)}${cells.map((cell) => cell.padStart(9)).join("")}`;
  const lines = devices.map((sample) => {
    const both = Math.max(1, sample.readsPerS + sample.writesPerS);
    const wait = (sample.readAwaitMs * sample.readsPerS + sample.writeAwaitMs * sample.writesPerS) / both;
    const values = [
      0.1,
      sample.writesPerS * 0.4,
      sample.readsPerS,
      sample.writesPerS,
      sample.readsPerS * 14.2,
      sample.writesPerS * 17.6,
      32.4,
      sample.queue,
      wait,
      sample.readAwaitMs,
      sample.writeAwaitMs,
      Math.min(wait, 1.2),
      sample.utilPercent,
    ];
    return row(
      sample.device,
      values.map((value) => value.toFixed(2)),
    );
  });
  return [row("Device:", titles.split(" ")), ...lines];
}

/** /proc/pressure/io and its sisters: avg10, avg60, avg300 of `some`, then of `full`. */
export function pressureText(
  some: readonly [number, number, number],
  full: readonly [number, number, number] | null,
  totalUs: number,
): string {
  const line = (word: string, [ten, sixty, threeHundred]: readonly [number, number, number], total: number) =>
    `${word} avg10=${ten.toFixed(2)} avg60=${sixty.toFixed(2)} avg300=${threeHundred.toFixed(2)} total=${total}\n`;
  return line("some", some, totalUs) + (full === null ? "" : line("full", full, Math.floor(totalUs * 0.8)));
}

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly user?: string;
  readonly stat: string;
  readonly wchan?: string;
  readonly cpuPercent: number;
  readonly rssKb: number;
  readonly elapsedMs: number;
  readonly comm: string;
}

/** `ps -e -o pid,ppid,user,stat,wchan:32,pcpu,rss,etime,comm`, as the collector asks. */
export function psText(rows: readonly ProcessRow[]): string {
  const header = ["PID", "PPID", "USER", "STAT", "WCHAN", "%CPU", "RSS", "ELAPSED", "COMMAND"];
  const cells = rows.map((row) => [
    String(row.pid),
    String(row.parent),
    row.user ?? "perforce",
    row.stat,
    (row.wchan ?? "-").padEnd(32),
    row.cpuPercent.toFixed(1),
    String(row.rssKb),
    etime(row.elapsedMs),
    row.comm,
  ]);
  return columns([header, ...cells], new Set([0, 1, 5, 6, 7]));
}

/** `41-03:11:09`, `02:11:09`, `11:09`. */
function etime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const hours = Math.floor(seconds / 3600);
  if (hours === 0) return clock;
  return hours < 24 ? `${two(hours)}:${clock}` : `${Math.floor(hours / 24)}-${two(hours % 24)}:${clock}`;
}

export interface TopHead {
  readonly clock: string;
  readonly load: readonly [number, number, number];
  readonly tasks: number;
  readonly cpu: readonly [number, number, number, number, number];
  readonly totalMib: number;
  readonly freeMib: number;
  readonly cacheMib: number;
  readonly swapTotalMib: number;
  readonly swapUsedMib: number;
}

/** `top -b -n 1`. */
export function topText(head: TopHead, rows: readonly ProcessRow[]): string {
  const [us, sy, id, wa, st] = head.cpu;
  const f = (value: number) => value.toFixed(1);
  const used = head.totalMib - head.freeMib - head.cacheMib;
  const lines = [
    `top - ${head.clock} up 41 days,  3:11,  2 users,  load average: ${head.load.map((value) => value.toFixed(2)).join(", ")}`,
    `Tasks: ${head.tasks} total,   ${rows.filter(({ stat }) => stat.startsWith("R")).length} running, ${head.tasks - 2} sleeping,   0 stopped,   0 zombie`,
    `%Cpu(s): ${f(us)} us, ${f(sy)} sy,  0.0 ni, ${f(id)} id, ${f(wa)} wa,  0.0 hi,  0.1 si, ${f(st)} st`,
    `MiB Mem : ${f(head.totalMib)} total, ${f(head.freeMib)} free, ${f(used)} used, ${f(head.cacheMib)} buff/cache`,
    `MiB Swap: ${f(head.swapTotalMib)} total, ${f(head.swapTotalMib - head.swapUsedMib)} free, ${f(head.swapUsedMib)} used. ${f(head.cacheMib)} avail Mem`,
    "",
    "    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND",
  ];
  const processes = rows.map((row) => {
    const memory = ((100 * row.rssKb) / 1024 / head.totalMib).toFixed(1);
    const seconds = Math.floor((row.elapsedMs * row.cpuPercent) / 100_000);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}.00`;
    return [
      String(row.pid).padStart(7),
      (row.user ?? "perforce").padEnd(9).slice(0, 9),
      "20".padStart(2),
      "0".padStart(3),
      String(row.rssKb + 90_112).padStart(7),
      String(row.rssKb).padStart(6),
      "9216".padStart(6),
      row.stat[0] ?? "S",
      f(row.cpuPercent).padStart(5),
      memory.padStart(5),
      time.padStart(9),
      row.comm,
    ].join(" ");
  });
  return `${[...lines, ...processes].join("\n")}\n`;
}

/** Cells padded to common widths, numbers to the right. */
function columns(rows: readonly (readonly string[])[], right: ReadonlySet<number>): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return right.has(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join(" ")
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join("");
}
