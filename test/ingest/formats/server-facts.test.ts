import { describe, expect, it } from "vitest";
import { manifestFormat } from "../../../src/ingest/formats/manifest.js";
import { p4ConfigureFormat } from "../../../src/ingest/formats/p4-configure.js";
import { p4InfoFormat } from "../../../src/ingest/formats/p4-info.js";
import { parseWith } from "../recording-sink.js";

const facts = async (format: Parameters<typeof parseWith>[0], text: string) =>
  (await parseWith(format, text)).rows
    .filter(({ table }) => table === "server_fact")
    .map(({ kind, name, value, origin, line_no }) => [kind, name, value, origin, line_no]);

const INFO =
  "$ p4 info\nUser name: perforce\nServer address: p4host:1666\nServer root: /p4/1/root\nServer date: 2024/03/05 14:07:36 +0100 CET\n" +
  "Server version: P4D/LINUX26X86_64/2023.2/2535420 (2023/12/19)\nServer services: commit-server\nServerID: master.1\nCase Handling: sensitive\n";
const INFO_TAGGED =
  "... userName perforce\n... serverVersion P4D/LINUX26X86_64/2023.2/2535420\n... ServerID edge.1\n... serverServices edge-server\n... security enabled\n";

describe("p4 info", () => {
  it("gives a fact a line", async () => {
    const rows = await facts(p4InfoFormat, INFO);
    expect(rows).toContainEqual(["p4-info", "Server date", "2024/03/05 14:07:36 +0100 CET", null, 5]);
    expect(rows).toContainEqual(["p4-info", "Server address", "p4host:1666", null, 3]);
    expect(rows).toContainEqual(["p4-info", "ServerID", "master.1", null, 8]);
    expect(rows).toHaveLength(8);
  });

  it("calls tagged fields by the same names", async () => {
    const rows = await facts(p4InfoFormat, INFO_TAGGED);
    expect(rows.map(([, name, value]) => [name, value])).toEqual([
      ["User name", "perforce"],
      ["Server version", "P4D/LINUX26X86_64/2023.2/2535420"],
      ["ServerID", "edge.1"],
      ["Server services", "edge-server"],
      ["security", "enabled"],
    ]);
  });

  it("keeps when it was asked, to be held against the server's date", async () => {
    const { rows } = await parseWith(p4InfoFormat, `# taken 2024-03-05T13:08:13Z\n${INFO}`);
    const captures = rows.filter(({ table }) => table === "capture");
    expect(captures).toMatchObject([{ kind: "p4-info", taken_s: Date.UTC(2024, 2, 5, 13, 8, 13) / 1000 }]);
  });

  it("is recognised by what it says", () => {
    expect(p4InfoFormat.sniff(Buffer.from(INFO), "")).toBeGreaterThan(0.5);
    expect(p4InfoFormat.sniff(Buffer.from(INFO_TAGGED), "")).toBeGreaterThan(0.5);
    expect(p4InfoFormat.sniff(Buffer.from("Name: x\nAddress: y\nPhone: z\n"), "info.txt")).toBe(0);
    expect(
      p4InfoFormat.sniff(Buffer.from("Perforce server info:\n\t2024/03/05 14:07:36 pid 1 completed .1s\n"), ""),
    ).toBe(0);
  });
});

const CONFIGURE =
  "P4ROOT=/p4/1/root (-r)\nmonitor=10 (configure)\nserver.locks.dir=server.locks (default)\nserver=3 (configure)\n";

describe("p4 configure show", () => {
  it("gives name, value and where it comes from", async () => {
    expect(await facts(p4ConfigureFormat, CONFIGURE)).toEqual([
      ["p4-configure", "P4ROOT", "/p4/1/root", "-r", 1],
      ["p4-configure", "monitor", "10", "configure", 2],
      ["p4-configure", "server.locks.dir", "server.locks", "default", 3],
      ["p4-configure", "server", "3", "configure", 4],
    ]);
  });

  it("reads allservers and tagged output", async () => {
    expect(await facts(p4ConfigureFormat, "any: net.tcpsize = 512k\nedge-1: monitor = 2\n")).toEqual([
      ["p4-configure", "net.tcpsize", "512k", "any", 1],
      ["p4-configure", "monitor", "2", "edge-1", 2],
    ]);
    const tagged =
      "... Type configure\n... Name monitor\n... Value 1\n\n... Type default\n... Name server\n... Value 0\n";
    expect(await facts(p4ConfigureFormat, tagged)).toEqual([
      ["p4-configure", "monitor", "1", "configure", 1],
      ["p4-configure", "server", "0", "default", 5],
    ]);
  });

  it("is recognised, and a shell's settings are not", () => {
    expect(p4ConfigureFormat.sniff(Buffer.from(CONFIGURE), "")).toBeGreaterThan(0.5);
    expect(p4ConfigureFormat.sniff(Buffer.from("PATH=/bin\nHOME=/root\nP4PORT=1666\n"), "configure.txt")).toBe(0);
  });
});

describe("the collector's manifest", () => {
  const text =
    "p4rca-collect manifest 1\nstarted: 2024-03-05T14:07:36Z\nzone: +01:00\nhost: p4host\nstep: monitor-1 ok 0 monitor-1.txt\nstep: lslocks-1 failed:127 0 lslocks-1.txt\n";
  it("gives its fields and steps in order", async () => {
    expect(await facts(manifestFormat, text)).toEqual([
      ["manifest", "manifest", "1", null, 1],
      ["manifest", "started", "2024-03-05T14:07:36Z", null, 2],
      ["manifest", "zone", "+01:00", null, 3],
      ["manifest", "host", "p4host", null, 4],
      ["manifest", "step", "monitor-1 ok 0 monitor-1.txt", "ok", 5],
      ["manifest", "step", "lslocks-1 failed:127 0 lslocks-1.txt", "failed:127", 6],
    ]);
  });
  it("is known by its first line only", () => {
    expect(manifestFormat.sniff(Buffer.from(text), "")).toBe(1);
    expect(manifestFormat.sniff(Buffer.from("started: x\nzone: +01:00\n"), "manifest.txt")).toBe(0);
  });
});
