/**
 * What a line of the system's log is about. Detectors go by these words:
 *
 * - oom: the kernel (or systemd) killed a process for want of memory, and the lines around that
 * - hung-task: a process stuck in the kernel for minutes; segfault: a process crashed
 * - io-error, nvme: a disk or its controller failed; read-only: a file system gave up writing
 * - nfs-down, nfs-ok: a file server stopped and resumed answering; disk-full: no space, quota, full thin pool
 * - p4d-unit-failed, p4d-unit-stopped, p4d-unit-started: what systemd says of the server's unit
 * - fork-failed, too-many-files: limits of the system; syn-flood: the listen queue overran; network: links, conntrack
 * - reboot: the machine came up; shutdown: it went down in good order; clock-step: somebody set the clock
 * - p4d: other lines of or about the server; systemd: other lines of systemd; other: the rest
 */
export type SyslogClass =
  | "oom"
  | "hung-task"
  | "segfault"
  | "io-error"
  | "nvme"
  | "read-only"
  | "nfs-down"
  | "nfs-ok"
  | "disk-full"
  | "p4d-unit-failed"
  | "p4d-unit-stopped"
  | "p4d-unit-started"
  | "fork-failed"
  | "too-many-files"
  | "syn-flood"
  | "network"
  | "reboot"
  | "shutdown"
  | "clock-step"
  | "p4d"
  | "systemd"
  | "other";

/** In order: the first that matches names the line. Each pattern has a line it matches beside it. */
const PATTERNS: readonly (readonly [SyslogClass, RegExp])[] = [
  // Out of memory: Killed process 4548 (p4d) total-vm:8123456kB, anon-rss:7000000kB
  // Memory cgroup out of memory: Killed process 4548 (p4d) …
  // oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),task=p4d,pid=4548,uid=1001
  // p4d_1.service: A process of this unit has been killed by the OOM killer.   … Failed with result 'oom-kill'.
  ["oom", /out of memory|oom-kill|oom_reaper|invoked oom-killer|OOM killer|^killed process \d/i],
  // INFO: task p4d:4548 blocked for more than 120 seconds.
  // "echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
  ["hung-task", /blocked for more than \d+ seconds|hung_task_timeout_secs/],
  // EXT4-fs (dm-3): Remounting filesystem read-only      write /p4/1/logs/journal: Read-only file system
  ["read-only", /remounting filesystem read-only|read-only file ?system/i],
  // nvme nvme0: I/O 12 QID 3 timeout, aborting           nvme nvme0: controller is down; will reset
  ["nvme", /\bnvme\d{0,3}[ :].{0,60}(?:timeout|abort|reset|down|removing|failed)/i],
  // blk_update_request: I/O error, dev sdb, sector 2048      Buffer I/O error on dev dm-3, logical block 0
  // EXT4-fs error (device dm-3): ext4_find_entry:1455        XFS (dm-0): metadata I/O error in "xfs_trans_read_buf_map"
  // xfs_log_force: error -5 returned.                        write: /p4/1/root/db.rev: Input/output error
  ["io-error", /I\/O error|EXT4-fs error|XFS \([^)]{1,40}\): .{0,80}error|xfs_log_force.{0,20}error|medium error/i],
  ["io-error", /input\/output error|rejecting I\/O to|task abort/i],
  // p4d[123]: segfault at 7f00 ip 00007f sp 00007ffd error 4 in p4d[400000+1c00000]
  ["segfault", /\bsegfault at |general protection fault|traps: .{1,60} trap /],
  // nfs: server filer01 OK      nfs: server filer01 not responding, still trying
  ["nfs-ok", /\bnfs: server \S{1,255} OK\b/],
  ["nfs-down", /\bnfs: server \S{1,255} not responding/],
  // No space left on device      lvm: Thin pool vg-pool is now 98.05% full.
  [
    "disk-full",
    /no space left on device|disk quota exceeded|thin pool .{1,80} full|disk full|file ?system (?:is )?full/i,
  ],
  // multipathd: mpatha: remaining active paths: 0
  ["io-error", /multipath.{0,80}(?:failed|down)|remaining active paths: 0/i],
  // fork: Resource temporarily unavailable      bash: fork: retry: Resource temporarily unavailable
  // cgroup: fork rejected by pids controller in /system.slice/p4d_1.service
  ["fork-failed", /\bfork\b.{0,80}resource temporarily unavailable|resource temporarily unavailable|fork rejected/i],
  // accept: Too many open files      VFS: file-max limit 65536 reached
  ["too-many-files", /too many open files|file-max limit \d/i],
  // TCP: request_sock_TCP: Possible SYN flooding on port 1666. Sending cookies.
  ["syn-flood", /possible SYN flooding/i],
  // bond0: link status definitely down for interface eth0      nf_conntrack: table full, dropping packet
  ["network", /link (?:is )?(?:down|up)\b|link status .{0,30}(?:down|up)/i],
  ["network", /nf_conntrack: table full|neighbour table overflow|NETDEV WATCHDOG/i],
  // System clock was stepped by 37.000112 seconds      Time has been changed      time stepped by -3.2
  // System clock wrong by 37.000112 seconds            step time server 10.0.0.1 offset 37.0 sec
  [
    "clock-step",
    /clock was stepped by|time has been changed|\btime stepped by|clock wrong by|\bstep(?:ping)? time server/i,
  ],
];

/** Of systemd, systemd-logind, kernel and init: the machine itself. */
const MACHINE: readonly (readonly [SyslogClass, RegExp])[] = [
  // kernel: Linux version 5.15.0-97-generic (buildd@…)      systemd[1]: systemd 249 running in system mode
  ["reboot", /^Linux version \d|^systemd \d+.{0,40} running in system mode|^Startup finished in /],
  // systemd-logind: System is rebooting.      systemd[1]: Reached target Reboot.      systemd-shutdown[1]: Rebooting.
  [
    "shutdown",
    /^System is (?:rebooting|powering down|halting)|^Reached target (?:System )?(?:Reboot|Shutdown|Power-Off)/i,
  ],
  ["shutdown", /^Shutting down\.|^Rebooting\.|^Powering off\.|^reboot: |^The system will (?:reboot|power)/i],
];

/** What systemd says of the unit of the server. */
const UNIT: readonly (readonly [SyslogClass, RegExp])[] = [
  // p4d_1.service: Main process exited, code=killed, status=9/KILL      p4d_1.service: Failed with result 'signal'.
  // p4d_1.service: Start request repeated too quickly.                  Failed to start Perforce Server 1.
  [
    "p4d-unit-failed",
    /main process exited|failed with result|entered failed state|^Failed to start|repeated too quickly/i,
  ],
  // p4d_1.service: State 'stop-sigterm' timed out. Killing.
  ["p4d-unit-failed", /timed out\. (?:killing|aborting)|core-dump|dumped core/i],
  // p4d_1.service: Scheduled restart job, restart counter is at 1.      Started Perforce Server 1.      Starting p4d_1…
  ["p4d-unit-started", /^Start(?:ed|ing) |scheduled restart job|service has (?:started|restarted)/i],
  // Stopping Perforce Server 1...      Stopped p4d_1.service.      p4d_1.service: Deactivated successfully.
  ["p4d-unit-stopped", /^Stopp(?:ed|ing) |deactivated successfully|: Succeeded\.$/i],
];

const MACHINE_TAGS = /^(?:kernel|init|shutdown|systemd|systemd-logind|systemd-shutdown)$/;
/** p4d_1.service      Perforce Server 1      helix-p4dctl.service */
const SERVER_UNIT = /p4d|p4_|perforce|helix/i;

export function syslogClass(tag: string, text: string): SyslogClass {
  // The words that matter stand early; the bound keeps hostile lines cheap.
  const head = text.slice(0, 2000);
  const known = firstMatch(PATTERNS, head) ?? (MACHINE_TAGS.test(tag) ? firstMatch(MACHINE, head) : null);
  if (known !== null) return known;
  if (tag === "systemd") {
    return SERVER_UNIT.test(head) ? (firstMatch(UNIT, head) ?? "p4d") : "systemd";
  }
  return /p4d|p4broker|p4p\b|perforce/i.test(tag) || /\bp4d\w{0,8}\b/.test(head) ? "p4d" : "other";
}

/** The lines that name the process they are about, each with a sample it matches. */
const SUBJECTS: readonly RegExp[] = [
  /[Kk]ill(?:ed)? process (\d{1,10})\b/, // Out of memory: Kill process 4548 (p4d) score 912 or sacrifice child
  /\bpid=(\d{1,10})\b/, // oom-kill:constraint=CONSTRAINT_NONE,…,task=p4d,pid=4548,uid=1001
  /\btask [^\s:]{1,40}:(\d{1,10}) blocked for more than/, // INFO: task p4d:4548 blocked for more than 120 seconds.
  /(?:^|traps: )[^\s[]{1,40}\[(\d{1,10})\](?:: segfault| general protection| trap )/, // p4d[4548]: segfault at 7f00
  /oom_reaper: reaped process (\d{1,10})\b/, // oom_reaper: reaped process 4548 (p4d), now anon-rss:0kB
];

/** The process that a line of the kernel is about, null when it names none. */
export function subjectPid(text: string): number | null {
  const head = text.slice(0, 2000);
  for (const pattern of SUBJECTS) {
    const pid = pattern.exec(head)?.[1];
    if (pid !== undefined) return Number(pid);
  }
  return null;
}

function firstMatch(patterns: readonly (readonly [SyslogClass, RegExp])[], text: string): SyslogClass | null {
  return patterns.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}
