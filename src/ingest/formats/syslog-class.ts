export type SyslogClass =
  | "oom"
  | "hung-task"
  | "io-error"
  | "read-only"
  | "segfault"
  | "p4d"
  | "systemd"
  | "disk"
  | "network"
  | "other";

/** In order: the first that matches names the line. Each pattern has a line it matches beside it. */
const PATTERNS: readonly (readonly [SyslogClass, RegExp])[] = [
  // Out of memory: Killed process 4548 (p4d) total-vm:8123456kB, anon-rss:7000000kB
  // oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),task=p4d,pid=4548
  // p4d_1.service: A process of this unit has been killed by the OOM killer.
  ["oom", /out of memory|oom-kill|oom_reaper|invoked oom-killer|OOM killer|^killed process \d/i],
  // INFO: task p4d:4548 blocked for more than 120 seconds.
  // "echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
  ["hung-task", /blocked for more than \d+ seconds|hung_task_timeout_secs/],
  // EXT4-fs (dm-3): Remounting filesystem read-only
  ["read-only", /remounting filesystem read-only|read-only file ?system/i],
  // blk_update_request: I/O error, dev sdb, sector 2048      Buffer I/O error on dev dm-3, logical block 0
  // EXT4-fs error (device dm-3): ext4_find_entry:1455        XFS (dm-0): metadata I/O error in "xfs_trans_read_buf_map"
  // xfs_log_force: error -5 returned.                        nvme nvme0: I/O 12 QID 3 timeout, aborting
  ["io-error", /I\/O error|EXT4-fs error|XFS \([^)]{1,40}\): .{0,80}error|xfs_log_force.{0,20}error|medium error/i],
  ["io-error", /nvme\d* ?\S{0,12}:? .{0,40}timeout|rejecting I\/O to|task abort/i],
  // p4d[123]: segfault at 7f00 ip 00007f sp 00007ffd error 4 in p4d[400000+1c00000]
  ["segfault", /\bsegfault at |general protection fault|traps: .{1,60} trap /],
  // No space left on device      lvm: Thin pool vg-pool is now 98.05% full.
  [
    "disk",
    /no space left on device|disk quota exceeded|thin pool .{1,80} full|disk full|multipath.{0,80}(?:failed|down)/i,
  ],
  // nfs: server filer01 not responding, still trying      bond0: link status definitely down for interface eth0
  // TCP: request_sock_TCP: Possible SYN flooding on port 1666. Sending cookies.
  ["network", /\bnfs: server .{1,80}(?:not responding|OK)|link (?:is )?(?:down|up)\b|link status .{0,30}(?:down|up)/i],
  ["network", /possible SYN flooding|nf_conntrack: table full|neighbour table overflow|NETDEV WATCHDOG/i],
  // fork: Resource temporarily unavailable      accept: Too many open files
  ["other", /resource temporarily unavailable|too many open files/i],
];

/** What a line of the system's log is about. */
export function syslogClass(tag: string, text: string): SyslogClass {
  // The words that matter stand early; the bound keeps hostile lines cheap.
  const head = text.slice(0, 2000);
  for (const [name, pattern] of PATTERNS) if (pattern.test(head)) return name;
  if (tag === "systemd") return /p4d|p4_|perforce/i.test(head) ? "p4d" : "systemd";
  return /p4d|p4broker|p4p\b|perforce/i.test(tag) || /\bp4d\w{0,8}\b/.test(head) ? "p4d" : "other";
}
