import { describe, expect, it } from "vitest";
import { iostatFormat } from "../../../src/ingest/formats/iostat.js";
import { iostatText } from "../../support/evidence-writers/host-state.js";
import { parseWith, type Row } from "../recording-sink.js";

const parse = async (text: string, source = {}) => (await parseWith(iostatFormat, text, source)).rows;
const of = (rows: readonly Row[], subject: string) =>
  rows.filter((row) => row.subject === subject).map(({ name, value }) => [name, value]);

const BANNER = "Linux 5.15.0-97-generic (p4host) \t03/05/24 \t_x86_64_\t(8 CPU)\n\n";
const CPU = (wait: number) =>
  `avg-cpu:  %user   %nice %system %iowait  %steal   %idle\n           1.00    0.00    2.00   ${wait}.50    0.25   50.00\n\n`;
const NEW = (util: string) =>
  "Device            r/s     rkB/s   rrqm/s  %rrqm r_await rareq-sz     w/s     wkB/s   wrqm/s  %wrqm w_await wareq-sz     d/s     dkB/s   drqm/s  %drqm d_await dareq-sz     f/s f_await  aqu-sz  %util\n" +
  `nvme0n1        300.00   1000.00     0.00   0.00   10.00     4.00  100.00   2000.00     0.00   0.00   50.00    20.00    0.00      0.00     0.00   0.00    0.00     0.00    0.00    0.00   12.50  ${util}\n\n`;
const OLD =
  "Device:         rrqm/s   wrqm/s     r/s     w/s    rkB/s    wkB/s avgrq-sz avgqu-sz   await r_await w_await  svctm  %util\nsdb               0.00     0.00    1.00    2.00     4.00     8.00     8.00     3.25  812.50    5.00  900.00   1.00 100.00\n\n";

describe("iostat -x", () => {
  it("leaves out the first report, an average since the machine started", async () => {
    const rows = await parse(`# taken 2024-03-05T14:07:36Z\n${BANNER}${CPU(1)}${NEW("3.00")}${CPU(40)}${NEW("99.90")}`);
    expect(of(rows, "cpu")).toEqual([
      ["user_percent", 1],
      ["system_percent", 2],
      ["io_wait_percent", 40.5],
      ["steal_percent", 0.25],
      ["idle_percent", 50],
    ]);
    expect(of(rows, "nvme0n1")).toEqual([
      ["await_ms", 20],
      ["read_await_ms", 10],
      ["write_await_ms", 50],
      ["util_percent", 99.9],
      ["queue", 12.5],
      ["reads_per_s", 300],
      ["writes_per_s", 100],
    ]);
  });

  it("says nothing where there is only that average, unless -y left it out", async () => {
    expect(await parse(`${BANNER}${CPU(1)}${NEW("3.00")}`)).toEqual([]);
    expect(of(await parse(`# command: iostat -xy 1 1\n${BANNER}${CPU(1)}${NEW("3.00")}`), "nvme0n1")).toHaveLength(7);
  });

  it("reads the columns of old versions, and without processors", async () => {
    const rows = await parse(`${BANNER}${OLD}${OLD}`);
    expect(of(rows, "sdb")).toEqual([
      ["await_ms", 812.5],
      ["read_await_ms", 5],
      ["write_await_ms", 900],
      ["util_percent", 100],
      ["queue", 3.25],
      ["reads_per_s", 1],
      ["writes_per_s", 2],
    ]);
  });

  it.each([
    ["03/05/24 14:07:46", 0, 14],
    ["05/03/2024 02:07:46 PM", 0, 14],
    ["2024-03-05T14:07:46+0100", 1, 13],
  ])("reads the report's own time %s", async (stamp, isUtc, hour) => {
    const source = { modifiedMs: Date.UTC(2024, 2, 5, 15) };
    const rows = await parse(`${BANNER}${stamp}\n${CPU(1)}${OLD}\n${stamp}\n${CPU(2)}${OLD}`, source);
    expect(rows.filter((row) => row.name === "io_wait_percent")).toMatchObject([
      { value: 2.5, time_s: Date.UTC(2024, 2, 5, hour, 7, 46) / 1000, time_is_utc: isUtc },
    ]);
  });

  it("reads CRLF, and leaves torn rows out", async () => {
    const text = `${BANNER}${CPU(1)}${OLD}${CPU(2)}${OLD.slice(0, -30)}`.replaceAll("\n", "\r\n");
    const rows = await parse(text);
    expect(of(rows, "cpu")).toHaveLength(5);
    expect(of(rows, "sdb")).toEqual([]);
  });

  it.each([false, true])("reads what an independent writer prints (old: %s)", async (old) => {
    const device = {
      device: "dm-3",
      readsPerS: 10,
      writesPerS: 30,
      readAwaitMs: 100,
      writeAwaitMs: 500,
      queue: 9,
      utilPercent: 98,
    };
    const report = (second: number) => ({
      stamp: `03/05/2024 14:07:${second}`,
      cpu: [1, 2, 80, 0, 17] as const,
      devices: [device],
    });
    const text = iostatText("p4host", "03/05/2024", [report(10), report(11)], old);
    expect(iostatFormat.sniff(Buffer.from(text), "")).toBeGreaterThan(0.5);
    const rows = await parse(text);
    expect(of(rows, "dm-3").slice(0, 3)).toEqual([
      ["await_ms", 400],
      ["read_await_ms", 100],
      ["write_await_ms", 500],
    ]);
    expect(rows.find((row) => row.subject === "dm-3")?.time_s).toBe(Date.UTC(2024, 2, 5, 14, 7, 11) / 1000);
  });
});
