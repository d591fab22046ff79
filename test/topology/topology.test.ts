import { describe, expect, it } from "vitest";
import { attributeServers, overlapOf, rotationOrder, type SourceSketch } from "../../src/topology/topology.js";

const sketch = (
  id: number,
  path: string,
  kind: SourceSketch["kind"],
  more: Partial<SourceSketch> = {},
): SourceSketch => ({
  id,
  path,
  kind,
  firstS: null,
  lastS: null,
  facts: [],
  ...more,
});

const info = (name: string, value: string) => ({ kind: "p4-info", name, value });
const noPids = () => 0;

describe("which file belongs to which server", () => {
  it("takes rotations and the captures beside them as one server", () => {
    const groups = attributeServers(
      [
        sketch(1, "inc/log.2024-03-05_00-00-01.gz", "p4log"),
        sketch(2, "inc/log", "p4log"),
        sketch(3, "inc/log.2.zst", "p4log"),
        sketch(4, "inc/monitor-1.txt", "monitor"),
        sketch(5, "inc/notes.txt", "unknown"),
      ],
      null,
      noPids,
    );
    expect(groups.map((group) => group.sourceIds)).toEqual([[1, 2, 3, 4]]);
  });

  it("keeps SDP instances of one host apart and names them", () => {
    const groups = attributeServers(
      [
        sketch(1, "host/p4/1/logs/log", "p4log"),
        sketch(2, "host/p4/edge_fra/logs/log", "p4log"),
        sketch(3, "host/p4/1/logs/monitor.txt", "monitor"),
        sketch(4, "host/p4/edge_fra/info.txt", "p4-info", {
          facts: [info("ServerID", "edge.fra"), info("Server services", "edge-server")],
        }),
      ],
      null,
      noPids,
    );
    expect(groups.map(({ instance, role, serverId, sourceIds }) => ({ instance, role, serverId, sourceIds }))).toEqual([
      { instance: "1", role: "unknown", serverId: null, sourceIds: [1, 3] },
      { instance: "edge_fra", role: "edge", serverId: "edge.fra", sourceIds: [2, 4] },
    ]);
  });

  it("gives a capture of a flat folder to the log whose name it shares, else to the one that knows its pids", () => {
    const sources = [
      sketch(1, "commit.log", "p4log"),
      sketch(2, "edge.log", "p4log"),
      sketch(3, "edge-monitor.txt", "monitor"),
      sketch(4, "locks.txt", "lslocks"),
    ];
    const groups = attributeServers(sources, null, (capture, logs) => (capture === 4 && logs.includes(1) ? 7 : 0));
    expect(groups.map((group) => group.sourceIds)).toEqual([
      [1, 4],
      [2, 3],
    ]);
  });

  it("reads the server's clock from `p4 info`, unless the operator names a zone", () => {
    const sources = [
      sketch(1, "log", "p4log"),
      sketch(2, "info.txt", "p4-info", { facts: [info("Server date", "2024/03/05 14:07:36 -0530 XYZ")] }),
    ];
    expect(attributeServers(sources, null, noPids)[0]).toMatchObject({ timeZone: "-05:30", timeZoneFrom: "capture" });
    expect(attributeServers(sources, "UTC", noPids)[0]).toMatchObject({ timeZone: "UTC", timeZoneFrom: "option" });
    const syslog = sketch(2, "syslog", "syslog", { facts: [{ kind: "syslog", name: "zone", value: "+09:00" }] });
    expect(attributeServers([sketch(1, "log", "p4log"), syslog], null, noPids)[0]).toMatchObject({
      timeZone: "+09:00",
    });
  });

  it("knows one server again in a second collection: by its ServerID, or by lines that both logs hold", () => {
    const sources = [
      sketch(1, "monday/logs/log", "p4log"),
      sketch(2, "monday/info.txt", "p4-info", { facts: [info("ServerID", "master.1")] }),
      sketch(3, "tuesday/logs/log", "p4log"),
      sketch(4, "tuesday/info.txt", "p4-info", { facts: [info("ServerID", "master.1")] }),
      sketch(5, "copy/log", "p4log"),
      sketch(6, "edge/log", "p4log"),
    ];
    const shares = (some: readonly number[], others: readonly number[]) =>
      [3, 5].every((id) => some.includes(id) || others.includes(id));
    const ids = attributeServers(sources, null, noPids, shares).map((group) => group.sourceIds);
    expect(ids).toEqual([[1, 2, 3, 4, 5], [6]]);
    expect(attributeServers(sources, null, noPids).map((group) => group.sourceIds)).toEqual([[5], [6], [1, 2, 3, 4]]);
  });

  it("makes a server of captures that have no log", () => {
    const groups = attributeServers(
      [sketch(1, "a/monitor.txt", "monitor"), sketch(2, "a/locks", "lslocks")],
      null,
      noPids,
    );
    expect(groups.map((group) => group.sourceIds)).toEqual([[1, 2]]);
  });
});

describe("rotations in time order", () => {
  it("goes by content, not by name", () => {
    const order = rotationOrder([
      sketch(1, "log", "p4log", { firstS: 300, lastS: 400 }),
      sketch(2, "log.9", "p4log", { firstS: 100, lastS: 200 }),
      sketch(3, "log.1", "p4log", { firstS: 200, lastS: 300 }),
      sketch(4, "monitor", "monitor"),
    ]);
    expect(order.map(({ id }) => id)).toEqual([2, 3, 1]);
  });
});

describe("the order of rotations that times alone don't tell", () => {
  const order = (...files: readonly [string, number | null, number | null][]) =>
    rotationOrder(
      files.map(([path, firstS, lastS], index) => sketch(index + 1, `logs/${path}`, "p4log", { firstS, lastS })),
    ).map(({ path }) => path.slice("logs/".length));

  it("puts a file without any time where its name says", () => {
    expect(order(["log", 300, 400], ["log.2", 100, 200], ["log.1.gz", null, null])).toEqual([
      "log.2",
      "log.1.gz",
      "log",
    ]);
    const dated = (hour: string) => `log.2024-03-05_${hour}-00-00`;
    expect(order([dated("02"), null, null], ["log", 300, 400], [dated("01"), 100, 200])).toEqual([
      dated("01"),
      dated("02"),
      "log",
    ]);
  });

  it("tells rotations of one second apart by name, counted by age or dated", () => {
    expect(order(["log", 100, 100], ["log.1", 100, 100], ["log.2", 100, 100])).toEqual(["log.2", "log.1", "log"]);
    expect(order(["log.20240305-02", 100, 100], ["log.20240305-01", 100, 101])).toEqual([
      "log.20240305-01",
      "log.20240305-02",
    ]);
  });

  it("believes the times where the names contradict them", () => {
    expect(order(["log.1", 500, 600], ["log.2", 100, 200], ["log.3", 300, 400])).toEqual(["log.2", "log.3", "log.1"]);
  });
});

describe("bytes that stand in two files", () => {
  const key = (id: number, keyHash: number, byteOffset: number, known = 2, background = false) => ({
    id,
    pid: 10 + keyHash,
    startS: 1000 + keyHash,
    keyHash,
    longArgs: null as string | null,
    byteOffset,
    known,
    background,
  });

  it("does not take two background pulls of one second for the same bytes", () => {
    const earlier = [key(1, 1, 0), key(2, 7, 500, 2, true)];
    const later = [key(11, 7, 0, 2, true), key(12, 3, 200)];
    expect(overlapOf(earlier, later, 700)).toBeNull();
  });

  it("finds the shift and drops the poorer twin of every command", () => {
    const earlier = [key(1, 1, 0), key(2, 2, 500), key(3, 3, 700), key(4, 4, 900, 1)];
    const later = [key(11, 2, 0), key(12, 3, 200), key(13, 4, 400), key(14, 5, 800)];
    expect(overlapOf(earlier, later, 1000)).toEqual({ laterBytes: 500, drop: [11, 12, 4] });
  });

  it("does not take one equal line for an overlap when what follows differs", () => {
    const earlier = [key(1, 1, 0), key(2, 2, 500), key(3, 3, 700)];
    const later = [key(11, 2, 0), key(12, 9, 150), key(13, 3, 200), key(14, 5, 250)];
    expect(overlapOf(earlier, later, 1000)).toBeNull();
  });

  it("does not take an equal line for an overlap when the earlier file has a start that the later one lacks", () => {
    const earlier = [key(1, 1, 0), key(2, 2, 500), key(3, 3, 600), key(4, 4, 700)];
    const later = [key(11, 2, 0), key(12, 4, 200), key(14, 5, 650)];
    expect(overlapOf(earlier, later, 1000)).toBeNull();
    expect(overlapOf([...earlier.slice(0, 2), ...earlier.slice(3)], later, 1000)).not.toBeNull();
  });

  it("does not take commands for the same whose arguments differ behind the first line", () => {
    const submit = (id: number, byteOffset: number, longArgs: string) => ({ ...key(id, 2, byteOffset), longArgs });
    const later = (longArgs: string) => [submit(11, 0, longArgs), key(12, 9, 600)];
    expect(overlapOf([key(1, 1, 0), submit(2, 500, "-d one\ntwo")], later("-d one\nthree"), 1000)).toBeNull();
    expect(overlapOf([key(1, 1, 0), submit(2, 500, "-d one\ntwo")], later("-d one\ntwo"), 1000)).not.toBeNull();
  });

  it("finds two equal starts where the third is torn in the earlier file", () => {
    const earlier = [key(1, 1, 0), key(2, 2, 500), key(3, 3, 700)];
    const later = [key(11, 2, 0), key(12, 3, 200), key(13, 4, 480)];
    expect(overlapOf(earlier, later, 1000)).toEqual({ laterBytes: 500, drop: [11, 12] });
    expect(overlapOf(earlier.slice(0, 2), [key(11, 2, 0), key(13, 4, 480)], 1000)).toBeNull();
  });

  it("sees a whole file inside a longer copy of itself", () => {
    const earlier = [key(1, 1, 0), key(2, 2, 500)];
    const later = [key(11, 1, 0), key(12, 2, 500), key(13, 3, 800)];
    expect(overlapOf(earlier, later, 800)).toEqual({ laterBytes: 800, drop: [11, 12] });
  });
});
