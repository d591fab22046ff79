import { describe, expect, it } from "vitest";
import { psFormat } from "../../../src/ingest/formats/ps.js";
import { duration } from "../../../src/ingest/formats/ps-row.js";
import { recognise } from "../../../src/ingest/formats/recognise.js";
import { FORMATS } from "../../../src/ingest/formats/registry.js";
import { topFormat } from "../../../src/ingest/formats/top.js";
import { psText, topText } from "../../support/evidence-writers/host-state.js";
import { parseWith, type Row } from "../recording-sink.js";

const processes = (rows: readonly Row[]) => rows.filter(({ table }) => table === "os_process");
const parse = async (text: string) => processes((await parseWith(psFormat, text)).rows);

describe("ps", () => {
  it("reads what the collector asks for", async () => {
    const rows = await parse(
      "# taken 2024-03-05T14:07:36Z\n# command: ps -e -o pid,ppid,user,stat,wchan:32,pcpu,rss,etime,comm\n" +
        "    PID    PPID USER     STAT WCHAN                            %CPU   RSS     ELAPSED COMMAND\n" +
        "   4548    1811 perforce D    folio_wait_bit_common             0.3 98304    01:02:03 p4d_1\n" +
        "   4600    4548 perfor+  S    -                                 0.0  2048  3-04:05:06 check submit.sh\n",
    );
    expect(rows).toMatchObject([
      {
        pid: 4548,
        parent_pid: 1811,
        user: "perforce",
        state: "D",
        wait_channel: "folio_wait_bit_common",
        cpu_percent: 0.3,
        rss_kb: 98304,
        elapsed_s: 3723,
        command: "p4d_1",
        cpu_s: null,
        line_no: 4,
      },
      { pid: 4600, parent_pid: 4548, wait_channel: "", elapsed_s: 273_906, command: "check submit.sh" },
    ]);
  });

  it("reads aux, -ef and lstart", async () => {
    const [aux, kernel] = await parse(
      "USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\r\nperforce  4548 99.7 41.2 9934524 8684096 ?   Rl   Mar05 123:41 p4d -r /p4/1/root -p 1666\r\nroot 2 0.0 0.0 0 0 ? S 01:22 0:00 [kthreadd]\r\n",
    );
    expect(aux).toMatchObject({
      cpu_percent: 99.7,
      memory_percent: 41.2,
      rss_kb: 8684096,
      state: "R",
      cpu_s: 7421,
      elapsed_s: null,
    });
    expect(aux?.command).toBe("p4d -r /p4/1/root -p 1666");
    expect(kernel?.command).toBe("[kthreadd]");
    const [full] = await parse(
      "UID        PID  PPID  C STIME TTY          TIME CMD\nperforce  4548  1811  7 Mar05 ?    1-02:03:04 p4d -r /x\n",
    );
    expect(full).toMatchObject({
      user: "perforce",
      parent_pid: 1811,
      cpu_percent: 7,
      cpu_s: 93_784,
      command: "p4d -r /x",
    });
    const [started] = await parse(
      "    PID STAT                  STARTED COMMAND\n   4548 Ssl  Tue Mar  5 14:07:36 2024 p4d -r /p4/1/root -d\n",
    );
    expect(started).toMatchObject({ pid: 4548, state: "S", command: "p4d -r /p4/1/root -d" });
  });

  it("separates two lists, keeps one that is empty, and leaves a torn row out", async () => {
    const titles = "  PID S COMMAND\n";
    const { rows, outcome } = await parseWith(
      psFormat,
      `# taken 2024-03-05T14:07:36Z\n${titles} 7 R p4d\n# taken 2024-03-05T14:07:46Z\n${titles} 8`,
    );
    expect(rows.filter(({ table }) => table === "capture").map(({ kind, line_no }) => [kind, line_no])).toEqual([
      ["ps", 2],
      ["ps", 5],
    ]);
    expect(processes(rows).map(({ pid, capture_no }) => [pid, capture_no])).toEqual([[7, 1]]);
    expect(outcome.account.unknown).toBe(2);
  });

  it.each([
    ["05:06", 306],
    ["04:05:06", 14_706],
    ["3-04:05:06", 273_906],
    ["0:36.06", 36],
    ["91234", 91_234],
    ["-", null],
    ["5:6", null],
  ])("reads the duration %s", (text, seconds) => {
    expect(duration(text)).toBe(seconds);
  });

  it("reads what an independent writer prints", async () => {
    const text = psText([
      {
        pid: 4548,
        parent: 1,
        stat: "D",
        wchan: "io_schedule",
        cpuPercent: 1.5,
        rssKb: 77,
        elapsedMs: 7_200_000,
        comm: "p4d_1",
      },
    ]);
    expect(recognise(Buffer.from(text), "x", FORMATS)?.id).toBe("ps");
    expect(await parse(text)).toMatchObject([{ state: "D", elapsed_s: 7200, wait_channel: "io_schedule" }]);
  });

  it("is not taken for lslocks or lsof, nor they for it", () => {
    for (const text of [
      "COMMAND PID TYPE SIZE MODE M START END PATH\n",
      "COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\n",
    ]) {
      expect(psFormat.sniff(Buffer.from(text), "")).toBe(0);
    }
    expect(psFormat.sniff(Buffer.from("PID of the COMMAND\n"), "ps.txt")).toBe(0);
  });
});

const TOP = (clock: string) => `top - ${clock} up  5:05,  0 user,  load average: 44.15, 3.17, 2.23
Tasks: 103 total,   2 running, 101 sleeping,   0 stopped,   0 zombie
%Cpu(s):  1.0 us,  2.0 sy,  0.0 ni, 10.0 id, 86.5 wa,  0.0 hi,  0.0 si,  0.5 st
MiB Mem :  24105.6 total,  21432.4 free,   1262.4 used,   1712.4 buff/cache
MiB Swap:   1024.0 total,   1000.0 free,     24.0 used.  22843.1 avail Mem

    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND
  11869 perforce  20   0  391760 350860  27940 D  93.8   1.4   0:36.06 p4d_1
  12375 perforce  20   0   32.7g   2.5g  61436 S   6.2   0.9 102:01.10 p4d -r /x
`;

describe("top -b", () => {
  it("reads the head as figures and the list as processes", async () => {
    const { rows } = await parseWith(topFormat, TOP("14:07:36"));
    expect(processes(rows)).toMatchObject([
      { pid: 11869, state: "D", cpu_percent: 93.8, rss_kb: 350860, cpu_s: 36, memory_percent: 1.4 },
      { pid: 12375, rss_kb: 2.5 * 1024 ** 2, cpu_s: 6121, command: "p4d -r /x" },
    ]);
    const figures = rows.filter(({ table }) => table === "measurement");
    expect(Object.fromEntries(figures.map(({ name, value }) => [name, value]))).toEqual({
      load1: 44.15,
      load5: 3.17,
      load15: 2.23,
      uptime_s: 18_300,
      user_percent: 1,
      system_percent: 2,
      idle_percent: 10,
      io_wait_percent: 86.5,
      steal_percent: 0.5,
      memory_total_kb: Math.round(24105.6 * 1024),
      memory_used_kb: Math.round(1262.4 * 1024),
      free_kb: Math.round(21432.4 * 1024),
      swap_total_kb: 1024 * 1024,
      swap_used_kb: 24 * 1024,
      memory_available_kb: Math.round(22843.1 * 1024),
    });
  });

  it("reads the head of old versions", async () => {
    const { rows } = await parseWith(
      topFormat,
      "top - 14:07:36 up 12 days,  3:04,  5 users,  load average: 4.15, 3.17, 2.23\nCpu(s):  3.1%us,  0.8%sy,  0.0%ni, 95.6%id,  0.5%wa,  0.0%hi,  0.0%si,  0.0%st\nMem:  16331504k total, 15000000k used,  1331504k free,   200k buffers\n",
    );
    const values = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({ io_wait_percent: 0.5, memory_total_kb: 16331504, free_kb: 1331504 });
  });

  it("places each turn of a run by its time of day", async () => {
    const { rows } = await parseWith(topFormat, `# taken 2024-03-05T22:59:58Z\n${TOP("23:59:58")}\n${TOP("00:00:08")}`);
    expect(
      rows.filter(({ table }) => table === "capture").map(({ capture_no, taken_s }) => [capture_no, taken_s]),
    ).toEqual([
      [1, Date.UTC(2024, 2, 5, 22, 59, 58) / 1000],
      [2, Date.UTC(2024, 2, 5, 23, 0, 8) / 1000],
    ]);
    expect(processes(rows).map(({ capture_no }) => capture_no)).toEqual([1, 1, 2, 2]);
  });

  it("is recognised before ps and uptime are, also as an independent writer prints it", () => {
    expect(recognise(Buffer.from(TOP("14:07:36")), "x", FORMATS)?.id).toBe("top");
    const head = {
      clock: "14:07:36",
      load: [1, 2, 3] as const,
      tasks: 9,
      cpu: [1, 2, 3, 4, 5] as const,
      totalMib: 9,
      freeMib: 1,
      cacheMib: 2,
      swapTotalMib: 1,
      swapUsedMib: 0,
    };
    expect(recognise(Buffer.from(topText(head, [])), "x", FORMATS)?.id).toBe("top");
  });
});
