import { describe, expect, it } from "vitest";
import { syslogFormat } from "../../../src/ingest/formats/syslog.js";
import { syslogClass } from "../../../src/ingest/formats/syslog-class.js";
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
      pid: null,
      class: "hung-task",
      text: "INFO: task p4d:4548 blocked for more than 120 seconds.",
    });
  });

  it("puts December before a file of January", async () => {
    const rows = await rowsIn("Dec 31 23:59:59 h a[1]: x\nJan  1 00:00:01 h a[1]: y\n", {
      modifiedMs: Date.UTC(2024, 0, 1, 12),
    });
    expect(rows.map((row) => new Date(Number(row.time_s) * 1000).getUTCFullYear())).toEqual([2023, 2024]);
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
    expect(rows[0]).toMatchObject({ time_s: 1709647656, time_is_utc: 1, class: "oom", pid: 7 });
    expect(rows[1]?.text).toBe("hi");
  });

  it("reads dmesg, with and without a clock", async () => {
    const rows = await rowsIn(
      "[Tue Mar  5 14:07:36 2024] Out of memory: Killed process 1 (p4d)\n[12345.678901] EXT4-fs (dm-3): Remounting filesystem read-only\n",
    );
    expect(rows[0]).toMatchObject({ time_s: Date.UTC(2024, 2, 5, 14, 7, 36) / 1000, class: "oom", tag: "kernel" });
    expect(rows[1]).toMatchObject({ time_s: null, class: "read-only" });
  });
});

describe("what a line is about", () => {
  it.each([
    ["kernel", "oom-kill:constraint=CONSTRAINT_NONE,task=p4d,pid=1", "oom"],
    ["systemd", "p4d_1.service: A process of this unit has been killed by the OOM killer.", "oom"],
    ["kernel", "blk_update_request: I/O error, dev sdb, sector 2048", "io-error"],
    ["kernel", 'XFS (dm-0): metadata I/O error in "xfs_trans_read_buf_map"', "io-error"],
    ["kernel", "nvme nvme0: I/O 12 QID 3 timeout, aborting", "io-error"],
    ["kernel", "EXT4-fs (dm-3): Remounting filesystem read-only", "read-only"],
    ["kernel", "p4d[123]: segfault at 7f00 ip 0000 sp 0000 error 4 in p4d[400000+1000]", "segfault"],
    ["p4d", "write: /p4/1/logs/journal: No space left on device", "disk"],
    ["kernel", "nfs: server filer01 not responding, still trying", "network"],
    ["kernel", "TCP: request_sock_TCP: Possible SYN flooding on port 1666.", "network"],
    ["systemd", "p4d_1.service: Main process exited, code=killed, status=9/KILL", "p4d"],
    ["systemd", "Started Session 12 of user root.", "systemd"],
    ["p4d_1", "Perforce server error:", "p4d"],
    ["CRON", "(root) CMD (run-parts /etc/cron.hourly)", "other"],
    ["kernel", "eth0: link is not what this says", "other"],
  ])("%s: %s", (tag, text, name) => {
    expect(syslogClass(tag, text)).toBe(name);
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
