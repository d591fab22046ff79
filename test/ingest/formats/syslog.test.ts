import { describe, expect, it } from "vitest";
import { syslogFormat } from "../../../src/ingest/formats/syslog.js";
import { subjectPid, syslogClass } from "../../../src/ingest/formats/syslog-class.js";
import { parseWith } from "../recording-sink.js";

const MARCH_6 = Date.UTC(2024, 2, 6);
const rowsIn = async (text: string, source = {}) => (await parseWith(syslogFormat, text, source)).rows;

describe("lines of the system's log", () => {
  it("reads RFC 3164 in local time, with the year of the file", async () => {
    const [row] = await rowsIn(
      "Mar  5 14:07:36 p4host kernel: INFO: task p4d:4548 blocked for more than 120 seconds.\n",
      { modifiedMs: MARCH_6 },
    );
    expect(row).toMatchObject({
      time_s: Date.UTC(2024, 2, 5, 14, 7, 36) / 1000,
      time_is_utc: 0,
      host: "p4host",
      tag: "kernel",
      pid: 4548,
      class: "hung-task",
      text: "INFO: task p4d:4548 blocked for more than 120 seconds.",
    });
  });

  it("tells the machine's zone once, and takes UTC for no answer", async () => {
    const lines = (zone: string) => `2024-03-05T14:07:36${zone} h a[1]: x\n2024-03-05T14:07:37${zone} h a[1]: y\n`;
    const told = async (zone: string) => (await rowsIn(lines(zone))).filter((row) => row.kind === "syslog");
    expect(await told("-03:30")).toMatchObject([{ name: "zone", value: "-03:30" }]);
    expect(await told(".123+0900")).toMatchObject([{ name: "zone", value: "+09:00" }]);
    expect(await told("+00:00")).toEqual([]);
  });

  it("puts December before a file of January", async () => {
    const rows = await rowsIn("Dec 31 23:59:59 h a[1]: x\nJan  1 00:00:01 h a[1]: y\n", {
      modifiedMs: Date.UTC(2024, 0, 1, 12),
    });
    expect(rows.map((row) => new Date(Number(row.time_s) * 1000).getUTCFullYear())).toEqual([2023, 2024]);
  });

  it("gives February 29 to a year that has one, and reads through CRLF and torn lines", async () => {
    const rows = await rowsIn("Feb 29 10:00:00 h kernel: x\r\nMar  1 10:0", { modifiedMs: Date.UTC(2025, 2, 3) });
    expect(rows.map((row) => [row.time_s, row.text])).toEqual([[Date.UTC(2024, 1, 29, 10) / 1000, "x"]]);
  });

  it("has no time where the year can't be known, and says so once", async () => {
    const { rows, outcome } = await parseWith(syslogFormat, "Mar  5 14:07:36 h a: x\nMar  5 14:07:37 h a: y\n");
    expect(rows.map((row) => row.time_s)).toEqual([null, null]);
    expect(outcome.warnings).toEqual([expect.objectContaining({ code: "no-year", count: 2 })]);
  });

  it("takes the year from the collector's first line", async () => {
    const [row] = await rowsIn("# taken 2024-03-05T15:00:00Z\nMar  5 14:07:36 h a: x\n");
    expect(row?.time_s).toBe(Date.UTC(2024, 2, 5, 14, 7, 36) / 1000);
  });

  it.each([
    ["2024-03-05T14:07:36.123456+01:00 h p4d_1[4548]: x", 13, 1],
    ["2024-03-05T14:07:36+0100 h p4d_1[4548]: x", 13, 1],
    ["2024-03-05T13:07:36Z h p4d_1[4548]: x", 13, 1],
    ["Tue 2024-03-05 14:07:36 CET h p4d_1[4548]: x", 14, 0],
  ])("reads %s", async (line, hour, isUtc) => {
    const [row] = await rowsIn(`${line}\n`);
    expect(row).toMatchObject({
      time_s: Date.UTC(2024, 2, 5, hour, 7, 36) / 1000,
      time_is_utc: isUtc,
      tag: "p4d_1",
      pid: 4548,
      text: "x",
    });
  });

  it("reads journalctl -o json, also a message of bytes", async () => {
    const entry = (message: unknown) =>
      `${JSON.stringify({ __REALTIME_TIMESTAMP: "1709647656123456", _HOSTNAME: "h", SYSLOG_IDENTIFIER: "kernel", _PID: "7", MESSAGE: message })}\n`;
    const rows = await rowsIn(entry("Out of memory: Killed process 4548 (p4d)") + entry([104, 105]));
    expect(rows[0]).toMatchObject({ time_s: 1709647656, time_is_utc: 1, class: "oom", pid: 4548 });
    expect(rows[1]?.text).toBe("hi");
  });

  it("reads dmesg, with and without a clock", async () => {
    const rows = await rowsIn(
      "[Tue Mar  5 14:07:36 2024] Out of memory: Killed process 1 (p4d)\n[12345.678901] EXT4-fs (dm-3): Remounting filesystem read-only\n",
    );
    expect(rows[0]).toMatchObject({ time_s: Date.UTC(2024, 2, 5, 14, 7, 36) / 1000, class: "oom", tag: "kernel" });
    expect(rows[1]).toMatchObject({ time_s: null, class: "read-only" });
    const [decoded] = await rowsIn(
      "kern  :err   : [Tue Mar  5 14:07:36 2024] blk_update_request: I/O error, dev sdb\n",
    );
    expect(decoded).toMatchObject({ class: "io-error", tag: "kernel", time_is_utc: 0 });
  });
});

describe("what a line is about", () => {
  it.each([
    ["kernel", "oom-kill:constraint=CONSTRAINT_NONE,task=p4d,pid=1", "oom"],
    ["systemd", "p4d_1.service: A process of this unit has been killed by the OOM killer.", "oom"],
    ["kernel", "blk_update_request: I/O error, dev sdb, sector 2048", "io-error"],
    ["kernel", 'XFS (dm-0): metadata I/O error in "xfs_trans_read_buf_map"', "io-error"],
    ["kernel", "nvme nvme0: I/O 12 QID 3 timeout, aborting", "nvme"],
    ["kernel", "EXT4-fs (dm-3): Remounting filesystem read-only", "read-only"],
    ["kernel", "p4d[123]: segfault at 7f00 ip 0000 sp 0000 error 4 in p4d[400000+1000]", "segfault"],
    ["p4d", "write: /p4/1/logs/journal: No space left on device", "disk-full"],
    ["kernel", "nfs: server filer01 not responding, still trying", "nfs-down"],
    ["kernel", "nfs: server filer01 OK", "nfs-ok"],
    ["kernel", "nvme nvme1: controller is down; will reset: CSTS=0x3, PCI_STATUS=0x10", "nvme"],
    ["kernel", "Memory cgroup out of memory: Killed process 4548 (p4d) total-vm:1kB", "oom"],
    ["systemd", "p4d_1.service: Failed with result 'oom-kill'.", "oom"],
    ["lvm", "WARNING: Thin pool vg-pool is now 98.05% full.", "disk-full"],
    ["p4d", "open: /p4/1/root/db.rev: Too many open files", "too-many-files"],
    ["kernel", "cgroup: fork rejected by pids controller in /system.slice/p4d_1.service", "fork-failed"],
    ["sshd", "error: fork: Resource temporarily unavailable", "fork-failed"],
    ["chronyd", "System clock was stepped by 37.000112 seconds", "clock-step"],
    ["chronyd", "System clock wrong by -2.5 seconds", "clock-step"],
    ["ntpd", "step time server 10.0.0.1 offset 37.012 sec", "clock-step"],
    ["kernel", "Linux version 5.15.0-97-generic (buildd@lcy02)", "reboot"],
    ["systemd-logind", "System is rebooting.", "shutdown"],
    ["systemd", "Reached target Reboot.", "shutdown"],
    ["systemd", "Failed to start Perforce Server 1.", "p4d-unit-failed"],
    ["systemd", "p4d_1.service: State 'stop-sigterm' timed out. Killing.", "p4d-unit-failed"],
    ["systemd", "p4d_1.service: Scheduled restart job, restart counter is at 1.", "p4d-unit-started"],
    ["systemd", "Started Perforce Server 1.", "p4d-unit-started"],
    ["systemd", "Stopped p4d_1.service - Perforce Server 1.", "p4d-unit-stopped"],
    ["systemd", "Failed to start Daily apt upgrade.", "systemd"],
    ["p4d", "Stopped reading: Linux version 5", "p4d"],
    ["kernel", "TCP: request_sock_TCP: Possible SYN flooding on port 1666.", "syn-flood"],
    ["systemd", "p4d_1.service: Main process exited, code=killed, status=9/KILL", "p4d-unit-failed"],
    ["systemd", "Started Session 12 of user root.", "systemd"],
    ["p4d_1", "Perforce server error:", "p4d"],
    ["CRON", "(root) CMD (run-parts /etc/cron.hourly)", "other"],
    ["kernel", "eth0: link is not what this says", "other"],
  ])("%s: %s", (tag, text, name) => {
    expect(syslogClass(tag, text)).toBe(name);
  });
});

describe("whom a line of the kernel is about", () => {
  it.each([
    ["Out of memory: Killed process 4548 (p4d) total-vm:8123456kB, anon-rss:7000000kB", 4548],
    ["Out of memory: Kill process 4548 (p4d) score 912 or sacrifice child", 4548],
    ["oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),task=p4d,pid=4548,uid=1001", 4548],
    ["INFO: task p4d:4548 blocked for more than 120 seconds.", 4548],
    ["p4d[4548]: segfault at 7f00 ip 0000 sp 0000 error 4 in p4d[400000+1000]", 4548],
    ["traps: p4d[4548] trap invalid opcode ip:1 sp:2 error:0", 4548],
    ["oom_reaper: reaped process 4548 (p4d), now anon-rss:0kB", 4548],
    ["EXT4-fs (dm-3): Remounting filesystem read-only", null],
  ])("%s", (text, pid) => {
    expect(subjectPid(text)).toBe(pid);
  });

  it("stands in the row; the writer of a line stays who it is", async () => {
    const rows = await rowsIn(
      "2024-03-05T13:07:36Z h kernel: INFO: task p4d:4548 blocked for more than 120 seconds.\n" +
        "2024-03-05T13:07:37Z h p4d[77]: told that pid=4548 is gone\n",
    );
    expect(rows.map(({ pid }) => pid)).toEqual([4548, 77]);
  });
});

describe("sniffing", () => {
  const sniff = (text: string) => syslogFormat.sniff(Buffer.from(text), "");
  it("knows all forms", () => {
    expect(sniff("-- Logs begin at Mon 2024-03-04 --\nMar  5 14:07:36 h a: x\n")).toBeGreaterThan(0.5);
    expect(sniff("2024-03-05T14:07:36+0100 h a: x\n")).toBeGreaterThan(0.5);
  });
  it("is not fooled by a P4LOG, a web log, or JSON of something else", () => {
    expect(sniff("Perforce server info:\n\t2024/03/05 14:07:36 pid 1 completed .1s\n")).toBe(0);
    expect(sniff('10.0.0.1 - - [05/Mar/2024:14:07:36 +0000] "GET / HTTP/1.1" 200\n')).toBe(0);
    expect(sniff('{"time": 1, "msg": "x"}\n')).toBe(0);
  });
});
