import {
  dfText,
  type Filesystem,
  iostatText,
  type ProcessRow,
  pressureText,
  psText,
  topText,
  vmstatText,
} from "../evidence-writers/host-state.js";
import type { SystemLine } from "../evidence-writers/system-log.js";
import type { Random } from "../fixture-scenarios/random.js";
import type { Run } from "../fixture-scenarios/world-shapes.js";
import type { SimulatedServer } from "./simulated-server.js";

/** How a host feels at one moment; what the collector's host files then show. Per cent unless said otherwise. */
export interface HostMood {
  /** user, system, iowait, steal; the rest is idle */
  readonly cpu: readonly [number, number, number, number];
  readonly runQueue: number;
  readonly blocked: number;
  readonly totalMb: number;
  readonly freeMb: number;
  readonly swapUsedMb: number;
  /** KB per second in, out */
  readonly swapKbPerS: readonly [number, number];
  readonly disks: readonly DiskMood[];
  /** avg10 of `some`: cpu, memory, io */
  readonly pressure: readonly [number, number, number];
  readonly filesystems: readonly Filesystem[];
  readonly processOf: (run: Run) => { stat: string; wchan: string; cpuPercent: number; rssKb: number };
  /** Processes that p4d started: trigger scripts. */
  readonly children: (running: readonly Run[]) => ProcessRow[];
  /** RHEL 7 of old: sysstat 10, no /proc/pressure. */
  readonly old: boolean;
}

interface DiskMood {
  readonly device: string;
  readonly readAwaitMs: number;
  readonly writeAwaitMs: number;
  readonly queue: number;
  readonly utilPercent: number;
  readonly readsPerS: number;
  readonly writesPerS: number;
}

/** A host that has nothing to complain about. */
export function calmHost(random: Random): HostMood {
  const share = (from: number, to: number) => random.between(from * 100, to * 100) / 100;
  const volume = (device: string, mount: string, gb: number, used: number): Filesystem => ({
    device,
    mount,
    sizeKb: gb * 1024 * 1024,
    usedKb: Math.floor(gb * 1024 * 1024 * used),
  });
  return {
    cpu: [share(4, 22), share(1, 5), share(0, 1.5), 0],
    runQueue: random.between(1, 5),
    blocked: random.between(0, 1),
    totalMb: random.pick([65_536, 131_072, 262_144]),
    freeMb: random.between(2200, 9000),
    swapUsedMb: random.pick([0, 0, 41, 388]),
    swapKbPerS: [0, 0],
    disks: [calmDisk(random, "nvme0n1"), calmDisk(random, "nvme1n1"), calmDisk(random, "sda")],
    pressure: [share(0, 3), 0, share(0, 2)],
    filesystems: [
      volume("/dev/sda2", "/", 98, share(0.2, 0.6)),
      volume("/dev/nvme0n1", "/hxmetadata", random.between(400, 1800), share(0.3, 0.75)),
      volume("/dev/nvme1n1", "/hxlogs", random.between(100, 500), share(0.1, 0.6)),
      volume("/dev/mapper/vg0-depots", "/hxdepots", random.between(8000, 40_000), share(0.4, 0.88)),
    ],
    processOf: (run) => ({
      stat: run.waitingFor === null && run.plan.pid % 3 === 0 ? "R" : "S",
      wchan: run.waitingFor === null ? "-" : "locks_lock_inode_wait",
      cpuPercent: run.waitingFor === null ? 3 + (run.plan.pid % 40) : 0,
      rssKb: 9000 + (run.plan.pid % 700) * 90,
    }),
    children: () => [],
    old: random.next() < 0.25,
  };
}

function calmDisk(random: Random, device: string): DiskMood {
  return {
    device,
    readAwaitMs: random.between(20, 90) / 100,
    writeAwaitMs: random.between(10, 140) / 100,
    queue: random.between(1, 30) / 100,
    utilPercent: random.between(2, 24),
    readsPerS: random.between(20, 900),
    writesPerS: random.between(30, 700),
  };
}

/** What the collector asks of the host at that moment. `only` leaves the other tools out. */
export function lookAtHost(server: SimulatedServer, atMs: number, mood: HostMood, only?: readonly string[]): void {
  const wants = (tool: string) => only?.includes(tool) !== false;
  const save = (name: string, command: string, body: string) => server.systemFile(atMs, name, command, body);
  const idle = Math.max(0, 100 - mood.cpu.reduce((sum, part) => sum + part, 0));
  if (wants("df")) {
    save("df-k", "df -k", dfText(mood.filesystems));
    save("df-i", "df -i", dfText(mood.filesystems, "-i"));
  }
  if (wants("vmstat")) save("vmstat", "vmstat 1 3", vmstat(mood, idle));
  if (wants("iostat")) save("iostat", "iostat -xt 1 2", iostat(server, atMs, mood, idle));
  if (wants("pressure") && !mood.old) pressure(save, mood);
  if (wants("ps")) saveProcesses(server, atMs, mood, wants("top"));
}

function vmstat(mood: HostMood, idle: number): string {
  const [us, sy, wa, st] = mood.cpu.map(Math.round) as [number, number, number, number];
  const sample = (shift: number) => ({
    running: mood.runQueue + shift,
    blocked: mood.blocked,
    swapUsedKb: mood.swapUsedMb * 1024,
    freeKb: mood.freeMb * 1024 - shift * 3100,
    cacheKb: Math.floor(mood.totalMb * 620),
    swapIn: mood.swapKbPerS[0],
    swapOut: mood.swapKbPerS[1],
    blocksIn: Math.floor((mood.disks[0]?.readsPerS ?? 0) * 12) + shift,
    blocksOut: Math.floor((mood.disks[0]?.writesPerS ?? 0) * 16) + shift,
    cpu: [us, sy, Math.round(idle), wa, st] as const,
  });
  return vmstatText([sample(0), sample(1), sample(0)]);
}

function iostat(server: SimulatedServer, atMs: number, mood: HostMood, idle: number): string {
  const report = (ms: number) => ({
    stamp: usStamp(ms),
    cpu: [mood.cpu[0], mood.cpu[1], mood.cpu[2], mood.cpu[3], idle] as const,
    devices: mood.disks,
  });
  return iostatText(server.host.host, usStamp(atMs).slice(0, 10), [report(atMs), report(atMs + 1000)], mood.old);
}

/** `03/05/2024 09:12:14 AM` */
function usStamp(ms: number): string {
  const iso = new Date(ms).toISOString();
  const hour = Number(iso.slice(11, 13));
  const clock = `${String(hour % 12 === 0 ? 12 : hour % 12).padStart(2, "0")}${iso.slice(13, 19)} ${hour < 12 ? "AM" : "PM"}`;
  return `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)} ${clock}`;
}

function pressure(save: (name: string, command: string, body: string) => void, mood: HostMood): void {
  (["cpu", "memory", "io"] as const).forEach((what, index) => {
    const some = mood.pressure[index] ?? 0;
    const rows = [some, some * 0.9, some * 0.5] as const;
    const full = what === "cpu" ? null : ([some * 0.8, some * 0.7, some * 0.4] as const);
    save(`pressure-${what}`, `cat /proc/pressure/${what}`, pressureText(rows, full, Math.floor(some * 81_131_007)));
  });
}

/** ps and top know who is running only when the time has come. */
function saveProcesses(server: SimulatedServer, atMs: number, mood: HostMood, withTop: boolean): void {
  server.world.at(atMs, () => {
    const running = [...server.world.running];
    const rows: ProcessRow[] = [
      {
        pid: 1,
        parent: 0,
        user: "root",
        stat: "Ss",
        wchan: "do_epoll_wait",
        cpuPercent: 0,
        rssKb: 12_984,
        elapsedMs: 3.6e9,
        comm: "systemd",
      },
      {
        pid: 1811,
        parent: 1,
        stat: "Ssl",
        wchan: "inet_csk_accept",
        cpuPercent: 0.2,
        rssKb: 41_220,
        elapsedMs: 2.9e9,
        comm: "p4d_1",
      },
      ...running.map((run) => ({
        pid: run.plan.pid,
        parent: 1811,
        elapsedMs: server.world.nowMs - run.startMs,
        comm: "p4d_1",
        ...mood.processOf(run),
      })),
      ...mood.children(running),
    ];
    server.systemFile(
      atMs,
      "ps-1",
      "ps -e -o pid,ppid,user,stat,wchan:32,pcpu,rss,etime,comm",
      psText(rows),
      "captures",
    );
    if (!withTop || mood.old) return;
    const [us, sy, wa, st] = mood.cpu;
    const head = {
      clock: new Date(atMs).toISOString().slice(11, 19),
      load: [mood.runQueue + mood.blocked, mood.runQueue, mood.runQueue * 0.7] as const,
      tasks: 412 + rows.length,
      cpu: [us, sy, Math.max(0, 100 - us - sy - wa - st), wa, st] as const,
      totalMib: mood.totalMb,
      freeMib: mood.freeMb,
      cacheMib: Math.floor(mood.totalMb * 0.6),
      swapTotalMib: 8192,
      swapUsedMib: mood.swapUsedMb,
    };
    server.systemFile(atMs, "top", "top -b -n 1", topText(head, rows));
  });
}

/** Lines of the kernel and others, as system-log.ts words them. */
export function tellSyslog(server: SimulatedServer, lines: readonly SystemLine[]): void {
  for (const { atMs, tag, text } of lines) server.syslog(atMs, tag, text);
}
