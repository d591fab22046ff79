import { describe, expect, it } from "vitest";
import { diskspaceFormat } from "../../../src/ingest/formats/diskspace.js";
import { lockstatFormat } from "../../../src/ingest/formats/lockstat.js";
import { realtimeFormat } from "../../../src/ingest/formats/realtime.js";
import { sdpLayoutFormat } from "../../../src/ingest/formats/sdp-layout.js";
import { diskspaceText, lockstatText, realtimeText } from "../../support/evidence-writers/server-state.js";
import { parseWith, type Row } from "../recording-sink.js";

const rowsOf = async (format: Parameters<typeof parseWith>[0], text: string) => (await parseWith(format, text)).rows;
const figures = (rows: readonly Row[]) =>
  rows
    .filter(({ table }) => table === "measurement")
    .map(({ capture_no, subject, name, value, unit }) => [capture_no, subject, name, value, unit]);

describe("p4 diskspace", () => {
  it("reads sizes of every unit in bytes", async () => {
    const text =
      "P4ROOT (type ext4 mounted on /hxmetadata) : 100.5G free, 273.2G used, 374G total (73% full)\r\nserverlog.file.1 (type xfs mounted on /logs) : 2.5M free, 56K used, 1T total (99% full)\r\n";
    expect(figures(await rowsOf(diskspaceFormat, text))).toEqual([
      [1, "P4ROOT", "free_bytes", 100.5 * 1024 ** 3, "bytes"],
      [1, "P4ROOT", "used_bytes", Math.round(273.2 * 1024 ** 3), "bytes"],
      [1, "P4ROOT", "total_bytes", 374 * 1024 ** 3, "bytes"],
      [1, "P4ROOT", "used_percent", 73, "percent"],
      [1, "serverlog.file.1", "free_bytes", 2.5 * 1024 ** 2, "bytes"],
      [1, "serverlog.file.1", "used_bytes", 56 * 1024, "bytes"],
      [1, "serverlog.file.1", "total_bytes", 1024 ** 4, "bytes"],
      [1, "serverlog.file.1", "used_percent", 99, "percent"],
    ]);
  });

  it("reads tags, runs apart by their times, and nothing out of a torn line", async () => {
    const tagged = "... location P4LOG\n... mountPoint /l\n... freeBytes 2048\n... pctUsed 34%\n";
    expect(figures(await rowsOf(diskspaceFormat, tagged))).toEqual([
      [1, "P4LOG", "free_bytes", 2048, "bytes"],
      [1, "P4LOG", "used_percent", 34, "percent"],
    ]);
    const volume = diskspaceText([{ name: "TEMP", mount: "/t", freeMb: 1, totalMb: 4 }]);
    const rows = await rowsOf(
      diskspaceFormat,
      `# taken 2024-03-05T14:07:36Z\n${volume}# taken 2024-03-05T14:08:36Z\n${volume}${volume.slice(0, 50)}`,
    );
    expect(rows.filter(({ table }) => table === "capture").map(({ taken_s }) => taken_s)).toEqual([
      Date.UTC(2024, 2, 5, 14, 7, 36) / 1000,
      Date.UTC(2024, 2, 5, 14, 8, 36) / 1000,
    ]);
  });
});

describe("p4 monitor realtime", () => {
  it("gives value and high water; -1 was never measured", async () => {
    const text = `$ p4d --show-realtime\n${realtimeText([["rtv.db.lockwait", 3, 382]])}rtv.rpl.behind.bytes (flags 0) 0 max -1\n`;
    expect(figures(await rowsOf(realtimeFormat, text))).toEqual([
      [1, "rtv.db.lockwait", "value", 3, "count"],
      [1, "rtv.db.lockwait", "max", 382, "count"],
      [1, "rtv.rpl.behind.bytes", "value", 0, "bytes"],
    ]);
  });

  it("begins another run where the list begins again", async () => {
    const text = realtimeText([["rtv.db.lockwait", 3, null]]).repeat(3);
    expect(figures(await rowsOf(realtimeFormat, text)).map(([run]) => run)).toEqual([1, 2, 3]);
  });
});

describe("p4 lockstat", () => {
  it("names objects without anybody who holds them", async () => {
    const rows = await rowsOf(lockstatFormat, lockstatText([["db.have", "Write"], ["clients/my%2Ews", "Read"]])); // biome-ignore format: pairs
    expect(rows.filter(({ table }) => table === "os_lock")).toEqual([
      expect.objectContaining({ object: "db.have", mode: "WRITE", pid: null, waiting: 0, type: "lockstat" }),
      expect.objectContaining({ mode: "READ", pid: null }),
    ]);
    expect(figures(rows)[0]).toEqual([1, "db.have", "write_locked", 1, "count"]);
    expect(rows[0]).toMatchObject({ table: "capture", kind: "lockstat" });
  });

  it("records that nothing was locked", async () => {
    const rows = await rowsOf(lockstatFormat, "$ p4 lockstat\nNo tables locked.\n");
    expect(rows.map(({ table }) => table)).toEqual(["capture"]);
    expect(lockstatFormat.sniff(Buffer.from("Read : the manual\nWrite: a letter\n"), "lockstat.txt")).toBe(0);
  });
});

describe("settings of the SDP", () => {
  it("keeps settings, never secrets", async () => {
    const text =
      '# p4_1.vars\nexport SDP_INSTANCE=1\nexport P4USER="perforce"\nexport P4TICKETS=/p4/1/.p4tickets\nexport ADMIN_PASSWD=x\nif [ 1 ]; then\nexport P4PORT=ssl:1666\nfi\n';
    const rows = await rowsOf(sdpLayoutFormat, text);
    expect(rows.map(({ kind, name, value }) => [kind, name, value])).toEqual([
      ["sdp", "SDP_INSTANCE", "1"],
      ["sdp", "P4USER", "perforce"],
      ["sdp", "P4PORT", "ssl:1666"],
    ]);
  });
});
