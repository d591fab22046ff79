/** What kernel and systemd write into the system log about a host in trouble. Shares nothing with src/. */
export interface SystemLine {
  /** The server's wall clock as if UTC, ms. */
  readonly atMs: number;
  /** `kernel`, `systemd[1]`, `sshd[801]` */
  readonly tag: string;
  readonly text: string;
}

const kernel = (atMs: number, text: string): SystemLine => ({ atMs, tag: "kernel", text });

/** The kernel's report of a kill, newest wording or that of kernels before 4.19 (`old`). */
export function oomKill(
  atMs: number,
  pid: number,
  comm: string,
  rssKb: number,
  totalKb: number,
  old = false,
): SystemLine[] {
  const sizes = `total-vm:${totalKb}kB, anon-rss:${rssKb}kB, file-rss:${1180}kB, shmem-rss:${412}kB`;
  const invoked = kernel(
    atMs - 900,
    `${comm} invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0`,
  );
  if (old) {
    return [
      invoked,
      kernel(atMs, `Out of memory: Kill process ${pid} (${comm}) score 871 or sacrifice child`),
      kernel(atMs, `Killed process ${pid} (${comm}) ${sizes}`),
    ];
  }
  const cgroup = `cpuset=/,mems_allowed=0-1,global_oom,task_memcg=/system.slice/${comm}.service`;
  return [
    invoked,
    kernel(atMs - 400, "Mem-Info:"),
    kernel(
      atMs - 100,
      `oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),${cgroup},task=${comm},pid=${pid},uid=1001`,
    ),
    kernel(
      atMs,
      `Out of memory: Killed process ${pid} (${comm}) ${sizes}, UID:1001 pgtables:${Math.floor(rssKb / 480)}kB oom_score_adj:0`,
    ),
    kernel(atMs + 2300, `oom_reaper: reaped process ${pid} (${comm}), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB`),
  ];
}

export function hungTask(atMs: number, pid: number, comm: string, seconds = 122): SystemLine[] {
  return [
    kernel(atMs, `INFO: task ${comm}:${pid} blocked for more than ${seconds} seconds.`),
    kernel(atMs, "      Not tainted 5.14.0-362.24.1.el9_3.x86_64 #1"),
    kernel(atMs, '"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.'),
    kernel(atMs, `task:${comm.padEnd(15)} state:D stack:0     pid:${pid} ppid:1811   flags:0x00004002`),
    kernel(atMs, "Call Trace:"),
    kernel(atMs, " io_schedule+0x46/0x80"),
    kernel(atMs, " folio_wait_bit_common+0x13d/0x350"),
  ];
}

/** I/O errors as block layer and file system report them. */
export function ioErrors(atMs: number, device: string, count: number, filesystem: "xfs" | "ext4"): SystemLine[] {
  const lines: SystemLine[] = [];
  for (let index = 0; index < count; index++) {
    const at = atMs + index * 1700;
    const sector = 1_884_201_984 + index * 2048;
    const operation = index % 3 === 0 ? "0x0:(READ)" : "0x1:(WRITE)";
    lines.push(
      kernel(
        at,
        `blk_update_request: I/O error, dev ${device}, sector ${sector} op ${operation} flags 0x1000 phys_seg 1 prio class 0`,
      ),
    );
    if (index % 2 === 0)
      lines.push(
        kernel(at + 1, `Buffer I/O error on dev ${device}, logical block ${sector >> 3}, lost async page write`),
      );
  }
  const last = atMs + count * 1700;
  if (filesystem === "xfs")
    lines.push(
      kernel(
        last,
        `XFS (${device}): metadata I/O error in "xfs_buf_ioend+0x22e/0x4c0 [xfs]" at daddr 0x3b1d4a8 len 8 error 5`,
      ),
    );
  else
    lines.push(
      kernel(
        last,
        `EXT4-fs error (device ${device}): ext4_find_entry:1682: inode #29360132: comm p4d_1: reading directory lblock 0`,
      ),
    );
  return lines;
}

export function nvmeTimeouts(atMs: number, device: string, count: number): SystemLine[] {
  const lines: SystemLine[] = [];
  for (let index = 0; index < count; index++) {
    const at = atMs + index * 31_000;
    lines.push(kernel(at, `nvme ${device}: I/O ${41 + index * 7} QID ${2 + index} timeout, aborting`));
    lines.push(kernel(at + 30_000, `nvme ${device}: I/O ${41 + index * 7} QID ${2 + index} timeout, reset controller`));
  }
  return lines;
}
