import { describe, expect, it } from "vitest";
import { Interrupted } from "../../src/base/errors.js";
import { toBatch } from "../../src/base/row-batcher.js";
import { openCase } from "../../src/casedb/casedb.js";
import type { LogEdges } from "../../src/contracts/ingest-sink.js";
import { addFile, batchOf, command, NINE, summary, use } from "./evidence-builder.js";

const SAME = "a".repeat(64);
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

describe("the files of a case", () => {
  it("keeps what ingest says of a file, its warnings and its edges", () => {
    const caseDb = openCase(":memory:");
    const edges: LogEdges = {
      head: [
        { lineNo: 1, byteOffset: 0, bytes: bytes("--- lapse 1s\n"), continuation: true },
        { lineNo: 4, byteOffset: 40, bytes: bytes("completed"), continuation: false, running: 7 },
      ],
      tail: { lineNo: 90, byteOffset: 900, bytes: new Uint8Array([0, 255, 10]), continuation: false, running: 0 },
    };
    const sink = caseDb.sink(() => {});
    const id = sink.openSource({ path: "logs/log.1.gz", storedBytes: 321, modifiedMs: 1_709_629_200_000 });
    const warnings = [{ code: "torn-line", text: "line cut", count: 2, lineNo: 5, byteOffset: 77 }];
    expect(sink.closeSource(id, summary({ sha256: SAME, warnings, notes: ["truncated gzip"], edges }))).toEqual({
      kept: true,
    });
    expect(caseDb.source(id)).toEqual({
      id,
      path: "logs/log.1.gz",
      kind: "p4log",
      serverId: null,
      serverLabel: null,
      sha256: SAME,
      storedBytes: 321,
      modifiedMs: 1_709_629_200_000,
      bytes: 1000,
      lines: 100,
      records: 10,
      account: { parsed: 900, noise: 50, unknown: 30, skipped: 20 },
      firstS: NINE,
      lastS: NINE + 600,
      state: "done",
      reason: null,
      notes: ["truncated gzip"],
      duplicateOf: null,
    });
    expect(caseDb.edges(id)).toEqual(edges);
    expect([...caseDb.query("SELECT source_id, code, count, line_no, byte_offset FROM warning").rows]).toEqual([
      [id, "torn-line", 2, 5, 77],
    ]);
    caseDb.close();
  });

  it("lists a refused file with its reason", () => {
    const caseDb = openCase(":memory:");
    caseDb.sink(() => {}).refuseSource({ path: "etc/passwd", storedBytes: 9, modifiedMs: null }, "symbolic link");
    expect(caseDb.sources()).toMatchObject([
      { path: "etc/passwd", state: "refused", reason: "symbolic link", kind: "unknown" },
    ]);
    caseDb.close();
  });

  it("takes the same log twice as nothing new, and says so", () => {
    const caseDb = openCase(":memory:");
    const fill = (pid: number) => (sink: Parameters<Parameters<typeof addFile>[2]>[0], id: number) => {
      sink.writeCommands(batchOf([command(id, pid, 10, {})]));
      sink.writeRows(
        toBatch("evidence_line", [{ source_id: id, line_no: 1, byte_offset: 0, byte_length: 2, text: "x" }]),
      );
    };
    const first = addFile(caseDb, { path: "a/log", sha256: SAME }, fill(1));
    const before = caseDb.canonicalDump();
    const copy = addFile(caseDb, { path: "b/log", sha256: SAME }, fill(1));
    expect(caseDb.canonicalDump()).toEqual(before);
    expect([
      ...caseDb.query("SELECT source_id FROM command UNION ALL SELECT source_id FROM evidence_line").rows,
    ]).toEqual([[first], [first]]);
    expect(caseDb.source(copy)).toMatchObject({
      state: "duplicate",
      duplicateOf: first,
      records: 0,
      account: { parsed: 0, noise: 0, unknown: 0, skipped: 1000 },
      notes: ["same content as a/log"],
    });
    const other = addFile(caseDb, { path: "c/log", sha256: "b".repeat(64) }, fill(2));
    expect(caseDb.source(other).state).toBe("done");
    caseDb.close();
  });

  it("keeps two equal captures of different times, and equal settings of two places", () => {
    const caseDb = openCase(":memory:");
    const capture = (takenS: number) => (sink: Parameters<Parameters<typeof addFile>[2]>[0], id: number) =>
      sink.writeRows(
        toBatch("capture", [{ source_id: id, capture_no: 1, taken_s: takenS, taken_is_utc: 1, kind: "lslocks" }]),
      );
    const add = (path: string, takenS: number) => {
      const id = addFile(caseDb, { path, kind: "lslocks", sha256: SAME }, capture(takenS));
      return caseDb.source(id).state;
    };
    expect([add("1/lslocks.txt", NINE), add("2/lslocks.txt", NINE + 10), add("copy/lslocks.txt", NINE + 10)]).toEqual([
      "done",
      "done",
      "duplicate",
    ]);
    const settings = (path: string) =>
      caseDb.source(addFile(caseDb, { path, kind: "p4-configure", sha256: "c".repeat(64) }, () => {})).state;
    expect([settings("commit/configure"), settings("edge/configure")]).toEqual(["done", "done"]);
    expect(caseDb.captureCounts()).toEqual({ monitor: 0, lslocks: 2, lsof: 0, syslog: 0 });
    caseDb.close();
  });

  it("does not list a file again that an earlier ingest read, nor one it refused", () => {
    const caseDb = openCase(":memory:");
    const fill = (sink: Parameters<Parameters<typeof addFile>[2]>[0], id: number) =>
      sink.writeCommands(batchOf([command(id, 1, 10, {})]));
    const add = () => {
      addFile(caseDb, { path: "a/log", sha256: SAME }, fill);
      const sink = caseDb.sink(() => {});
      sink.refuseSource({ path: "a/link", storedBytes: null, modifiedMs: null }, "symbolic link: not read");
    };
    add();
    const before = [caseDb.sources(), caseDb.canonicalDump()];
    add();
    expect([caseDb.sources(), caseDb.canonicalDump()]).toEqual(before);
    caseDb.close();
  });

  it("removes what an interrupted ingest of other evidence left, and only that", () => {
    const caseDb = openCase(":memory:");
    const fill = (sink: Parameters<Parameters<typeof addFile>[2]>[0], id: number) =>
      sink.writeCommands(batchOf([command(id, id, 10, {})]));
    const paths = () => caseDb.sources().map(({ path }) => path);
    expect(caseDb.beginIngest("one")).toBe(0);
    addFile(caseDb, { path: "one/log" }, fill);
    caseDb.finalize();
    expect(caseDb.beginIngest("two")).toBe(0);
    addFile(caseDb, { path: "two/log" }, fill);
    expect(caseDb.beginIngest("two")).toBe(0); // the same again: taken up
    expect(paths()).toEqual(["one/log", "two/log"]);
    expect(caseDb.beginIngest("three")).toBe(1);
    expect(paths()).toEqual(["one/log"]);
    expect([...caseDb.query("SELECT pid FROM command").rows]).toEqual([[1]]);
    caseDb.close();
  });

  it("says which file is about which server, and starts over when told again", () => {
    const caseDb = openCase(":memory:");
    const ids = [1, 2, 3].map(() => addFile(caseDb, {}, () => {}));
    const server = {
      serverId: null,
      instance: null,
      role: "unknown",
      version: null,
      timeZone: "UTC",
      timeZoneFrom: "default",
    };
    caseDb.setServers([
      { ...server, label: "s1", sourceIds: [ids[0] as number, ids[2] as number] },
      { ...server, label: "s2", sourceIds: [ids[1] as number], serverId: "edge-1", timeZone: "+01:00" },
    ]);
    expect(caseDb.serverSources()).toEqual([[ids[0], ids[2]], [ids[1]]]);
    expect(caseDb.sources().map(({ serverLabel }) => serverLabel)).toEqual(["s1", "s2", "s1"]);
    expect(caseDb.servers()[1]).toEqual({
      ...server,
      label: "s2",
      sourceIds: [ids[1]],
      serverId: "edge-1",
      timeZone: "+01:00",
    });
    caseDb.setServers([{ ...server, label: "s1", sourceIds: ids }]);
    expect(caseDb.serverSources()).toEqual([ids]);
    caseDb.close();
  });

  it("counts the pids of a capture that a log knows", () => {
    const caseDb = openCase(":memory:");
    const logs = [[11, 12], [21]].map((pids) =>
      addFile(caseDb, {}, (sink, id) =>
        sink.writeCommands(batchOf(pids.map((pid, i) => command(id, pid, 10 + i, {})))),
      ),
    );
    const seen = addFile(caseDb, { kind: "monitor" }, (sink, id) => {
      const rows = [11, 12, 12, 99].map((pid) => ({ source_id: id, capture_no: 1, pid }));
      sink.writeRows(toBatch("monitor_row", rows));
      sink.writeRows(toBatch("os_lock", [{ source_id: id, capture_no: 1, pid: 21 }]));
    });
    expect(logs.map((log) => caseDb.pidMatches(seen, [log]))).toEqual([2, 1]);
    expect(caseDb.pidMatches(seen, logs)).toBe(3);
    caseDb.close();
  });

  it("passes what a checkpoint throws, and undoes a batch that fails as a whole", () => {
    const caseDb = openCase(":memory:");
    const sink = caseDb.sink(() => {
      throw new Interrupted();
    });
    expect(() => sink.checkpoint()).toThrow(Interrupted);
    const id = sink.openSource({ path: "log", storedBytes: null, modifiedMs: null });
    const broken = batchOf([command(id, 1, 10, {}), command(id, 2, 20, { lapse_ms: 1.5 })]);
    expect(() => sink.writeCommands(broken)).toThrow("no integer");
    sink.writeCommands(batchOf([command(id, 3, 30, {}, [use(id, 0, 31, "db.have")])]));
    sink.closeSource(id, summary());
    expect([...caseDb.query("SELECT id, pid FROM command").rows]).toEqual([[1, 3]]);
    caseDb.close();
  });
});
