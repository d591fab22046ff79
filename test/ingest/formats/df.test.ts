import { describe, expect, it } from "vitest";
import { dfFormat } from "../../../src/ingest/formats/df.js";
import { dfText } from "../../support/evidence-writers/host-state.js";
import { parseWith, type Row } from "../recording-sink.js";

const parse = async (text: string, source = {}) => (await parseWith(dfFormat, text, source)).rows;
const figures = (rows: readonly Row[]) =>
  rows
    .filter(({ table }) => table === "measurement")
    .map(({ capture_no, subject, name, value, unit }) => [capture_no, subject, name, value, unit]);

const K = `# taken 2024-03-05T14:07:36Z
# command: df -k
Filesystem                1K-blocks      Used Available Use% Mounted on
devtmpfs                   12334524         0  12334524   0% /dev
/dev/loop3                   128000    128000         0 100% /snap/core/1
/dev/mapper/vg-metadata   264212084 250000000    999000  97% /hxmetadata
tmpfs                      24684096         0  24684096   0% /tmp
`;

describe("df", () => {
  it("reads -k in bytes, without what has no disk", async () => {
    const rows = await parse(K);
    expect(figures(rows)).toEqual([
      [1, "/hxmetadata", "total_bytes", 264212084 * 1024, "bytes"],
      [1, "/hxmetadata", "used_bytes", 250000000 * 1024, "bytes"],
      [1, "/hxmetadata", "free_bytes", 999000 * 1024, "bytes"],
      [1, "/hxmetadata", "used_percent", 97, "percent"],
      [1, "/tmp", "total_bytes", 24684096 * 1024, "bytes"],
      [1, "/tmp", "used_bytes", 0, "bytes"],
      [1, "/tmp", "free_bytes", 24684096 * 1024, "bytes"],
      [1, "/tmp", "used_percent", 0, "percent"],
    ]);
    expect(rows[0]).toMatchObject({ table: "capture", kind: "df", taken_s: Date.UTC(2024, 2, 5, 14, 7, 36) / 1000 });
    expect(rows[1]).toMatchObject({ kind: "df", line_no: 6, time_s: null });
  });

  it("reads human sizes, -P, types, blanks in the mount point and CRLF", async () => {
    const rows = await parse(
      "Filesystem     Type  Size  Used Avail Use% Mounted on\r\n/dev/sda1      ext4  1.5T  700G  4.0K  99% /p4 depots\r\n",
    );
    expect(figures(rows)).toEqual([
      [1, "/p4 depots", "total_bytes", 1.5 * 1024 ** 4, "bytes"],
      [1, "/p4 depots", "used_bytes", 700 * 1024 ** 3, "bytes"],
      [1, "/p4 depots", "free_bytes", 4096, "bytes"],
      [1, "/p4 depots", "used_percent", 99, "percent"],
    ]);
    const posix = await parse("Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 8 4 4 50% /p4\n");
    expect(figures(posix)[0]).toEqual([1, "/p4", "total_bytes", 8192, "bytes"]);
    const blocks = await parse("Filesystem 1M-blocks Used Available Use% Mounted on\n/dev/sda1 8M 4M 4M 50% /p4\n");
    expect(figures(blocks)[0]).toEqual([1, "/p4", "total_bytes", 8 * 1024 ** 2, "bytes"]);
  });

  it("reads inodes, and takes -k and -i in one file for one moment", async () => {
    const inodes =
      "Filesystem  Inodes IUsed IFree IUse% Mounted on\n/dev/sda1 1000 990 10 99% /p4\n/dev/sdb1 0 0 0 - /vfat\n";
    const rows = await parse(`${K}${inodes}`);
    expect(figures(rows).slice(-7, -3)).toEqual([
      [1, "/p4", "total_inodes", 1000, "count"],
      [1, "/p4", "used_inodes", 990, "count"],
      [1, "/p4", "free_inodes", 10, "count"],
      [1, "/p4", "inodes_used_percent", 99, "percent"],
    ]);
    expect(rows.filter(({ table }) => table === "capture")).toHaveLength(1);
  });

  it("joins a long name with the line below it", async () => {
    const rows = await parse(
      "Filesystem           1K-blocks      Used Available Use% Mounted on\n/dev/mapper/VolGroup00-LogVol00\n                      10321208   4120332   5676588  43% /\n",
    );
    expect(figures(rows)[2]).toEqual([1, "/", "free_bytes", 5676588 * 1024, "bytes"]);
  });

  it("separates two lists of one file, and keeps what a torn one has", async () => {
    const rows = await parse(`${K}# taken 2024-03-05T14:08:36Z\n${K.split("\n").slice(2, 6).join("\n").slice(0, -20)}`);
    expect(rows.filter(({ table }) => table === "capture").map(({ taken_s }) => taken_s)).toEqual([
      Date.UTC(2024, 2, 5, 14, 7, 36) / 1000,
      Date.UTC(2024, 2, 5, 14, 8, 36) / 1000,
    ]);
  });

  it.each(["-k", "-h", "-i", "-PT"] as const)("reads what an independent writer prints for %s", async (unit) => {
    const text = dfText([{ device: "/dev/nvme1n1", mount: "/hxlogs", sizeKb: 104_857_600, usedKb: 99_000_000 }], unit);
    const percent = figures(await parse(text)).find(([, , name]) => String(name).endsWith("used_percent"));
    expect(percent?.[1]).toBe("/hxlogs");
    expect(dfFormat.sniff(Buffer.from(text), "")).toBeGreaterThan(0.5);
  });

  it("is recognised by its titles, and prose about it is not", () => {
    expect(dfFormat.sniff(Buffer.from(K), "")).toBeGreaterThan(0.5);
    expect(dfFormat.sniff(Buffer.from("The Filesystem is Mounted on /p4.\n"), "df.txt")).toBe(0);
  });
});
