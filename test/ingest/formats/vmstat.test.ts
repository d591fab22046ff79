import { describe, expect, it } from "vitest";
import { freeUptimeFormat } from "../../../src/ingest/formats/free-uptime.js";
import { vmstatFormat } from "../../../src/ingest/formats/vmstat.js";
import { vmstatText } from "../../support/evidence-writers/host-state.js";
import { parseWith, type Row } from "../recording-sink.js";

const HEAD = `procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----
 r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st
`;
const AVERAGE = " 4  0      0 21737896  21904 1730332    0    0   194   288  201  558 22  2 75  0  1\n";
const ROW = " 5  3  20480 217378  21904 173033  512  900     0     0  885 1818 18  2  9 70  1\n";

const parse = async (text: string, source = {}) => (await parseWith(vmstatFormat, text, source)).rows;
const values = (rows: readonly Row[], name: string) =>
  rows.filter((row) => row.name === name).map(({ value }) => value);

describe("vmstat", () => {
  it("reads queues and memory of every row, rates only where they are not an average since the start", async () => {
    const rows = await parse(`# taken 2024-03-05T14:07:36Z\n# command: vmstat 5 3\n${HEAD}${AVERAGE}${ROW}${ROW}`);
    expect(values(rows, "runnable")).toEqual([4, 5, 5]);
    expect(values(rows, "free_kb")).toEqual([21737896, 217378, 217378]);
    expect(values(rows, "io_wait_percent")).toEqual([70, 70]);
    expect(rows.filter((row) => row.line_no === 6).map(({ name, value, unit }) => [name, value, unit])).toEqual([
      ["runnable", 5, "count"],
      ["blocked", 3, "count"],
      ["swap_used_kb", 20480, "kB"],
      ["free_kb", 217378, "kB"],
      ["swap_in_kb", 512, "kB/s"],
      ["swap_out_kb", 900, "kB/s"],
      ["user_percent", 18, "percent"],
      ["system_percent", 2, "percent"],
      ["idle_percent", 9, "percent"],
      ["io_wait_percent", 70, "percent"],
      ["steal_percent", 1, "percent"],
    ]);
  });

  it("places rows by the delay on the command line", async () => {
    const rows = await parse(`# taken 2024-03-05T14:07:36Z\n# command: vmstat 5 3\n${HEAD}${AVERAGE}${ROW}${ROW}`);
    const start = Date.UTC(2024, 2, 5, 14, 7, 36) / 1000;
    const times = rows.filter((row) => row.name === "runnable").map(({ time_s }) => time_s);
    expect(times).toEqual([null, start + 5, start + 10]);
  });

  it("reads time stamps, with titles repeated, wide columns and new ones", async () => {
    const wide = `--procs-- -----------------------memory---------------------- ---swap-- -----io---- -system-- ----------cpu---------- -----timestamp-----
   r    b         swpd         free         buff        cache   si   so    bi    bo   in   cs  us  sy  id  wa  st  gu                 UTC
`;
    const row = (second: number) =>
      `   5    0            0     21737768        21904      1730632    0    0   194   288  201  558  22   2  75   9   1   0 2024-03-05 14:07:${second}\n`;
    const many = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21].map(row).join("");
    const rows = await parse(wide + many + wide + row(22));
    expect(values(rows, "io_wait_percent")).toHaveLength(12);
    expect(rows.at(-1)).toMatchObject({
      time_s: Date.UTC(2024, 2, 5, 14, 7, 22) / 1000,
      time_is_utc: 1,
      capture_no: 1,
    });
  });

  it("takes titles after a few rows for another run", async () => {
    const rows = await parse(`${HEAD}${AVERAGE}${ROW}${HEAD}${AVERAGE}${ROW}`);
    expect(values(rows, "idle_percent")).toEqual([9, 9]);
    expect(rows.filter(({ table }) => table === "capture")).toHaveLength(2);
  });

  it("reads CRLF, and leaves a torn row out", async () => {
    const { rows, outcome } = await parseWith(
      vmstatFormat,
      `${HEAD}${AVERAGE}${ROW} 5  3  2048`.replaceAll("\n", "\r\n"),
    );
    expect(values(rows, "blocked")).toEqual([0, 3]);
    expect(outcome.account.unknown).toBe(" 5  3  2048".length);
  });

  it("reads what an independent writer prints", async () => {
    const sample = {
      running: 2,
      blocked: 9,
      swapUsedKb: 5,
      freeKb: 77,
      cacheKb: 8,
      swapIn: 1,
      swapOut: 2,
      blocksIn: 3,
      blocksOut: 4,
      cpu: [1, 2, 3, 90, 4] as const,
    };
    const text = vmstatText([sample, sample], ["2024-03-05 14:07:36", "2024-03-05 14:07:37"]);
    expect(vmstatFormat.sniff(Buffer.from(text), "")).toBeGreaterThan(0.5);
    expect(values(await parse(text), "io_wait_percent")).toEqual([90]);
  });
});

describe("free and uptime", () => {
  const read = async (text: string, source = {}) => (await parseWith(freeUptimeFormat, text, source)).rows;

  it("reads free -k, -m and -h", async () => {
    const body = (a: string, b: string) =>
      `               total        used        free      shared  buff/cache   available\nMem: ${a}\nSwap: ${b}\n`;
    const kb = await read(
      `# command: free -k\n${body("24684096 1292528 21947600 8788 1752724 23391568", "100 40 60")}`,
    );
    expect(kb.slice(1).map(({ kind, name, value, unit }) => [kind, name, value, unit])).toEqual([
      ["vmstat", "memory_total_kb", 24684096, "kB"],
      ["vmstat", "memory_used_kb", 1292528, "kB"],
      ["vmstat", "free_kb", 21947600, "kB"],
      ["vmstat", "memory_available_kb", 23391568, "kB"],
      ["vmstat", "swap_total_kb", 100, "kB"],
      ["vmstat", "swap_used_kb", 40, "kB"],
    ]);
    const mb = await read(`$ free -m\n${body("24105 1262 21432 8 1712 22843", "0 0 0")}`);
    expect(values(mb, "memory_total_kb")).toEqual([24105 * 1024]);
    const human = await read(body("23Gi 1.2Gi 20Gi 8.6Mi 1.7Gi 22Gi", "0B 0B 0B"));
    expect(values(human, "memory_total_kb")).toEqual([23 * 1024 ** 2]);
    expect(values(human, "swap_used_kb")).toEqual([0]);
  });

  it("reads the row that stood for `available` in old versions", async () => {
    const rows = await read(
      "             total       used       free     shared    buffers     cached\nMem:       1000        900        100          0         50        300\n-/+ buffers/cache:        550        450\nSwap:       10          1          9\n",
    );
    expect(values(rows, "memory_available_kb")).toEqual([450]);
  });

  it.each([
    [" 14:07:36 up 12 days,  3:04,  5 users,  load average: 4.15, 3.17, 2.23", (12 * 24 + 3) * 3600 + 240],
    [" 02:07:36 PM up 5:05, 1 user, load average: 4,15, 3,17, 2,23", 5 * 3600 + 300],
    [" 14:07:36 up 3 min,  0 users,  load average: 4.15, 3.17, 2.23", 180],
    [" 14:07:36 up 1 day, 2 min,  1 user,  load average: 4.15, 3.17, 2.23", 86_400 + 120],
  ])("reads %s", async (line, uptime) => {
    const rows = await read(`${line}\n`);
    expect(rows.slice(1).map(({ name, value }) => [name, value])).toEqual([
      ["load1", 4.15],
      ["load5", 3.17],
      ["load15", 2.23],
      ["uptime_s", uptime],
    ]);
  });

  it("places later runs by their time of day", async () => {
    const at = (clock: string) => ` ${clock} up 5:05,  0 user,  load average: 4.15, 3.17, 2.23\n`;
    const rows = await read(`# taken 2024-03-05T22:59:50Z\n${at("23:59:50")}${at("00:00:20")}`);
    expect(rows.filter(({ table }) => table === "capture").map(({ taken_s }) => taken_s)).toEqual([
      Date.UTC(2024, 2, 5, 22, 59, 50) / 1000,
      Date.UTC(2024, 2, 5, 23, 0, 20) / 1000,
    ]);
  });
});
