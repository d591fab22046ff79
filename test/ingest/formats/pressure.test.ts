import { describe, expect, it } from "vitest";
import { pressureFormat } from "../../../src/ingest/formats/pressure.js";
import { pressureText } from "../../support/evidence-writers/host-state.js";
import { parseWith } from "../recording-sink.js";

const some = (ten: string) => `some avg10=${ten} avg60=0.30 avg300=0.14 total=18273573\n`;
const FULL = "full avg10=64.90 avg60=40.00 avg300=10.00 total=10982676\n";
const parse = async (text: string, source = {}) =>
  (await parseWith(pressureFormat, text, source)).rows.filter(({ table }) => table === "measurement");

describe("/proc/pressure", () => {
  it("takes the resource from the command, and separates two runs", async () => {
    const rows = await parse(
      `# taken 2024-03-05T14:07:36Z\n# command: cat /proc/pressure/io\n${some("71.02")}${FULL}${some("2.00")}`,
    );
    expect(rows.map(({ capture_no, subject, name, value, unit }) => [capture_no, subject, name, value, unit])).toEqual([
      [1, "io", "io_some_avg10", 71.02, "percent"],
      [1, "io", "io_some_avg60", 0.3, "percent"],
      [1, "io", "io_some_avg300", 0.14, "percent"],
      [1, "io", "io_full_avg10", 64.9, "percent"],
      [1, "io", "io_full_avg60", 40, "percent"],
      [1, "io", "io_full_avg300", 10, "percent"],
      [2, "io", "io_some_avg10", 2, "percent"],
      [2, "io", "io_some_avg60", 0.3, "percent"],
      [2, "io", "io_some_avg300", 0.14, "percent"],
    ]);
  });

  it.each([
    [`==> /proc/pressure/memory <==\r\n${some("1.00")}`, "memory"],
    [`/proc/pressure/cpu:${some("1.00")}`, "cpu"],
    [`/sys/fs/cgroup/p4d/memory.pressure:${some("1.00")}`, "memory"],
  ])("reads the resource in %s", async (text, resource) => {
    expect((await parse(text))[0]?.name).toBe(`${resource}_some_avg10`);
  });

  it("falls back on the file's name, and says so where nothing tells", async () => {
    expect((await parse(some("1.00"), { path: "system/pressure-cpu.txt" }))[0]?.subject).toBe("cpu");
    const { rows, outcome } = await parseWith(pressureFormat, some("1.00"), { path: "a.txt" });
    expect(rows).toEqual([]);
    expect(outcome.warnings.map(({ code }) => code)).toContain("no-resource");
  });

  it("knows torn lines from whole ones, and what an independent writer prints", async () => {
    expect(await parse(`/proc/pressure/io\n${some("1.00").slice(0, 30)}`)).toEqual([]);
    const text = pressureText([71, 60, 20], [50, 40, 10], 123_456);
    expect(pressureFormat.sniff(Buffer.from(text), "")).toBeGreaterThan(0.5);
    expect(await parse(text, { path: "io" })).toHaveLength(6);
  });
});
