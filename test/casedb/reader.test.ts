import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toBatch } from "../../src/base/row-batcher.js";
import { type CaseDb, openCase } from "../../src/casedb/casedb.js";
import type { CaseReader } from "../../src/contracts/case-reader.js";
import { COMMAND_FLAG } from "../../src/contracts/record-batch.js";
import { addFile, batchOf, command, NINE, oneServer } from "./evidence-builder.js";
import { wedgeCase } from "./wedge-case.js";

let caseDb: CaseDb;
let reader: CaseReader;
let server: number;
const nineMs = NINE * 1000;
const pids = (list: readonly { readonly pid: number }[]) => list.map(({ pid }) => pid);

beforeAll(() => {
  caseDb = wedgeCase();
  reader = caseDb.reader();
  server = reader.servers()[0]?.id ?? 0;
});
afterAll(() => caseDb.close());

describe("the case reader", () => {
  it("says what the server is and what the evidence can answer", () => {
    expect(reader.servers()).toEqual([
      {
        id: server,
        label: "s1",
        serverId: "commit-1",
        instance: "1",
        role: "commit",
        version: "P4D/2023.1",
        configurables: { monitor: "1" },
        timeZone: "+01:00",
      },
    ]);
    expect([...reader.capabilities(server)].sort()).toEqual([
      "command-completion",
      "command-start",
      "compute-phase",
      "configurables",
      "lslocks",
      "lsof",
      "monitor",
      "rpc-track",
      "server-errors",
      "server-threads",
      "table-track",
    ]);
    expect(reader.window(server)).toEqual({ firstMs: nineMs, lastMs: nineMs + 200_000 });
    expect(reader.commandCount(server)).toBe(6);
    expect(reader.configurable(server, "monitor")).toBe("1");
    expect(reader.configurable(server, "nothing")).toBeNull();
  });

  it("gives the commands that held or waited, and those that never ended, by start", () => {
    const commands = reader.lockCommands(server, 1000);
    expect(pids(commands)).toEqual([100, 101, 102, 103]);
    expect(commands[1]).toMatchObject({
      cmd: "user-submit",
      startMs: nineMs + 10_000,
      endMs: nineMs + 112_000,
      lapseMs: 102_000,
      hasTrack: true,
    });
    expect(commands[1]?.ref).toEqual({ sourceId: 1, lineNo: 21, byteOffset: 2100 });
    expect(commands[1]?.endRef).toEqual({ sourceId: 1, lineNo: 60, byteOffset: 6000 });
    expect(commands[2]?.lockAttempts).toBe(3);
    expect(commands[3]).toMatchObject({ endMs: null, lapseMs: null, hasTrack: false, uses: [] });
    expect(pids(reader.lockCommands(server, 90_000))).toEqual([100, 101, 103]);
  });

  it("gives the commands that held long, longest first, and no others", () => {
    for (const minMs of [20, 1000, 90_000]) {
      const longest = ({ uses }: { uses: readonly { heldMs: number }[] }) =>
        Math.max(0, ...uses.map(({ heldMs }) => heldMs));
      const held = reader.lockCommands(server, 20).filter((command) => longest(command) >= minMs);
      const ordered = held.sort((a, b) => longest(b) - longest(a) || a.commandId - b.commandId);
      expect(reader.lockHolders(server, minMs)).toEqual(ordered);
    }
    expect(reader.lockHolders(server, 1000).length).toBeGreaterThan(0);
  });

  it("splits each section into the modes that were locked, in lock order, without peeks and negative times", () => {
    const [scan, submit, sync] = reader.lockCommands(server, 50).map(({ uses }) => uses);
    expect(scan).toEqual([
      {
        object: "db.rev",
        mode: "R",
        count: 1,
        waitMs: 0,
        heldMs: 100_000,
        maxWaitMs: null,
        maxHeldMs: null,
        ordinal: 0,
        ref: { sourceId: 1, lineNo: 63, byteOffset: 6300 },
      },
    ]);
    expect(submit?.map(({ object, mode, waitMs, heldMs }) => [object, mode, waitMs, heldMs])).toEqual([
      ["clients/ws101", "W", 0, 101_000],
      ["db.have", "W", 3, 95_000],
      ["db.rev", "W", 94_000, 5],
    ]);
    expect(submit?.[1]).toMatchObject({ count: 2, maxWaitMs: 2, maxHeldMs: 94_000, ordinal: 1 });
    expect(sync?.map(({ object, mode, heldMs }) => [object, mode, heldMs])).toEqual([["db.have", "R", 2]]);
  });

  it("turns capture times into the server's clock", () => {
    const locks = reader.capturedLocks(server);
    expect(
      locks.map(({ origin, pid, mode, waiting, blockerPid, takenMs }) => [
        origin,
        pid,
        mode,
        waiting,
        blockerPid,
        takenMs,
      ]),
    ).toEqual([
      ["lslocks", 100, "R", false, null, nineMs + 50_000],
      ["lslocks", 101, "W", true, 100, nineMs + 50_000],
      ["lsof", 100, "R", false, null, null],
      ["lsof", 100, "W", false, null, null],
    ]);
    expect(locks[0]).toMatchObject({ object: "db.rev", inode: 41, ref: { sourceId: 2, lineNo: 2, byteOffset: 80 } });
    expect(reader.capturedProcesses(server)).toMatchObject([
      { pid: 103, takenMs: nineMs + 60_000, elapsedMs: 31_000, state: "R", user: "bo", workspace: null },
    ]);
    expect(reader.syslog(server)).toMatchObject([{ atMs: nineMs, class: "io-error", text: "I/O error" }]);
    expect(new Set(locks.map(({ captureId }) => captureId)).size).toBe(2);
  });

  it("adds up what a command cost", () => {
    const [scan] = reader.slowCommands(server, 60_000, 10);
    expect(scan).toMatchObject({
      pid: 100,
      user: "ana",
      cmd: "user-files",
      lapseMs: 110_000,
      computeMs: 100_000,
      pagesIn: 9000,
      scanRows: 5_000_000,
      peekHeldMs: 40,
      lockWaitMs: 0,
      triggerMs: 0,
      memMb: null,
      cpuMs: null,
      serverId: server,
      trackRef: { sourceId: 1, lineNo: 61, byteOffset: 6100 },
      computeRef: null,
    });
    const sync = reader.commandsDuring(server, nineMs, nineMs + 60_000, 10)[2];
    expect(sync).toMatchObject({ pid: 102, lockWaitMs: 80_000, rpcSndMs: 250, cpuMs: 30, putRows: 0 });
    expect(reader.command(sync?.commandId ?? 0)).toEqual(sync);
    expect(reader.command(999)).toBeNull();
    const submit = reader.commandsDuring(server, nineMs, nineMs + 60_000, 10)[1];
    expect(reader.triggers(submit?.commandId ?? 0).map(({ name, lapseMs }) => [name, lapseMs])).toEqual([
      ["swarm.commit", 1390],
      ["quick", 0],
    ]);
    expect(submit?.triggerMs).toBe(1390);
  });

  it("tells slow, open and running commands from background kinds and from what ended unseen", () => {
    expect(pids(reader.slowCommands(server, 0, 10))).toEqual([100, 101, 102, 103, 105]);
    expect(pids(reader.slowCommands(server, 95_000, 1))).toEqual([100]);
    expect(pids(reader.openCommands(server))).toEqual([103]);
    expect(pids(reader.commandsDuring(server, nineMs + 111_000, nineMs + 111_500, 10))).toEqual([101, 102, 103, 104]);
    expect(pids(reader.commandsDuring(server, nineMs + 150_000, nineMs + 160_000, 10))).toEqual([103, 104]);
  });

  it("draws the number of open commands, one point a change", () => {
    const curve = (from: number, to: number) =>
      reader
        .runningCurve(server, nineMs + from * 1000, nineMs + to * 1000)
        .map(({ atMs, running }) => [(atMs - nineMs) / 1000, running]);
    expect(curve(0, 200)).toEqual([
      [0, 1],
      [10, 2],
      [20, 3],
      [30, 4],
      [110, 3],
      [112, 1],
    ]);
    expect(curve(25, 60)).toEqual([
      [25, 3],
      [30, 4],
    ]);
    expect(curve(150, 160)).toEqual([[150, 1]]);
  });

  it("lists server events and errors in time order", () => {
    expect(reader.events(server).map(({ kind, atMs, values }) => [kind, atMs - nineMs, values])).toEqual([
      ["active-threads", 25_560, [55, null, null, null]],
      ["pressure", 26_000, [59, 0, 2, 0]],
      ["shutdown", 27_000, [null, null, null, null]],
    ]);
    expect(reader.errors(server)).toMatchObject([
      { atMs: nineMs + 40_000, pid: 103, operation: "user-sync", text: "no such file" },
    ]);
  });

  it("gives the text of a line: kept, of a capture, or put together again where the columns hold all of it", () => {
    const at = (sourceId: number, lineNo: number) => reader.lineText({ sourceId, lineNo, byteOffset: 0 });
    expect(at(1, 63)).toBe("---   total lock wait+held read/write 0ms+100000ms/0ms+0ms");
    expect(at(2, 3)).toBe("p4d 101 FLOCK WRITE*");
    expect(at(3, 2)).toBe(" 103 R bo 00:00:31 sync //...");
    expect(at(1, 11)).toBeNull(); // its length says that the columns don't hold all of it
    expect(at(1, 400)).toBeNull();
  });
});

describe("the text of a start line", () => {
  const lines: readonly [string, Record<string, string | number | null>, string][] = [
    [
      "with arguments",
      { args: "-n //depot/a b'c/..." },
      "\t2024/03/05 09:00:00 pid 7 user7@ws7 10.0.0.1 [p4/2023.1] 'user-sync -n //depot/a b'c/...'",
    ],
    ["without", { args: null }, "\t2024/03/05 09:00:00 pid 7 user7@ws7 10.0.0.1 [p4/2023.1] 'user-sync'"],
    [
      "over several lines",
      { args: "-d one\ntwo", cmd: "user-submit" },
      "\t2024/03/05 09:00:00 pid 7 user7@ws7 10.0.0.1 [p4/2023.1] 'user-submit -d one",
    ],
    ["with UTF-8", { app: "Büro®" }, "\t2024/03/05 09:00:00 pid 7 user7@ws7 10.0.0.1 [Büro®] 'user-sync //...'"],
  ];

  it.each(lines)("is exact %s", (_, row, expected) => {
    for (const lineEnd of [0, 1, 2]) {
      const small = openCase(":memory:");
      const length = Buffer.byteLength(expected) + lineEnd;
      addFile(small, {}, (sink, id) =>
        sink.writeCommands(batchOf([command(id, 7, 5, { byte_length: length, ...row })])),
      );
      expect(small.reader().lineText({ sourceId: 1, lineNo: 5, byteOffset: 500 })).toBe(expected);
      small.close();
    }
  });

  it("is not made up for a cut line, or a command known from its end", () => {
    const small = openCase(":memory:");
    const length = Buffer.byteLength(lines[0]?.[2] ?? "");
    addFile(small, {}, (sink, id) =>
      sink.writeCommands(
        batchOf([
          command(id, 7, 5, {
            ...lines[0]?.[1],
            byte_length: length,
            flags: COMMAND_FLAG.hasStart | COMMAND_FLAG.truncated,
          }),
          command(id, 7, 6, { ...lines[0]?.[1], byte_length: length, flags: COMMAND_FLAG.hasCompletion }),
        ]),
      ),
    );
    for (const lineNo of [5, 6]) expect(small.reader().lineText({ sourceId: 1, lineNo, byteOffset: 0 })).toBeNull();
    small.close();
  });
});

describe("a log without completions", () => {
  it("does not call everything open", () => {
    const small = openCase(":memory:");
    const id = addFile(small, {}, (sink, source) =>
      sink.writeCommands(
        batchOf([1, 2].map((pid) => command(source, pid, pid * 10, { flags: COMMAND_FLAG.hasStart }))),
      ),
    );
    oneServer(small, [id]);
    small.finalize();
    const [only] = small.reader().servers();
    expect(small.reader().openCommands(only?.id ?? 0)).toEqual([]);
    expect(small.reader().lockCommands(only?.id ?? 0, 1000)).toEqual([]);
    expect(small.reader().capabilities(only?.id ?? 0)).toEqual(new Set(["command-start", "server-errors"]));
    small.close();
  });
});

describe("commands finished in a later rotation", () => {
  it("are cited where each of their lines stands", () => {
    const small = openCase(":memory:");
    const row = {
      end_source_id: 2,
      end_s: NINE + 9,
      end_line_no: 4,
      end_byte_offset: 300,
      track_source_id: 2,
      track_line_no: 97,
      track_byte_offset: 9900,
      rpc_line_no: 98,
      compute_line_no: 91,
      compute_byte_offset: 9500,
      compute_s: NINE + 5,
      compute_ms: 5000,
      lapse_ms: 9000,
    };
    const ids = [90, null].map((line) =>
      addFile(small, {}, (sink, source) =>
        sink.writeCommands(batchOf(line === null ? [] : [command(source, 1, line, row)])),
      ),
    );
    oneServer(small, ids);
    const [slow] = small.reader().slowCommands(small.reader().servers()[0]?.id ?? 0, 1000, 5);
    expect(slow).toMatchObject({
      ref: { sourceId: 1, lineNo: 90 },
      computeRef: { sourceId: 1, lineNo: 91 },
      endRef: { sourceId: 2, lineNo: 4 },
      trackRef: { sourceId: 2, lineNo: 97 },
      rpcRef: { sourceId: 2, lineNo: 98 },
      usageRef: null,
    });
    small.close();
  });
});

describe("commands that a lock capture names", () => {
  /** pid 1: open at the capture, no locks in its track output; pid 2: the same pid an hour earlier; pid 3: not named. */
  function captured(): CaseDb {
    const small = openCase(":memory:");
    const log = addFile(small, {}, (sink, source) =>
      sink.writeCommands(
        batchOf([
          command(source, 2, 1, { start_s: NINE - 3600, end_s: NINE - 3599, lapse_ms: 500 }),
          command(source, 1, 5, { end_s: NINE + 9, lapse_ms: 9000, compute_s: NINE + 3, compute_ms: 2900 }),
          command(source, 3, 9, { end_s: NINE + 9, lapse_ms: 9000 }),
        ]),
      ),
    );
    const locks = addFile(small, { kind: "lslocks" }, (sink, source) => {
      const capture = {
        source_id: source,
        capture_no: 1,
        line_no: 1,
        taken_s: NINE + 5,
        taken_is_utc: 0,
        kind: "lslocks",
      };
      const row = { source_id: source, capture_no: 1, waiting: 0, type: "FLOCK", mode: "READ", object: "db.rev" };
      sink.writeRows(toBatch("capture", [capture]));
      sink.writeRows(
        toBatch(
          "os_lock",
          [1, 2].map((pid) => ({ ...row, line_no: pid + 1, pid })),
        ),
      );
    });
    oneServer(small, [log, locks]);
    return small;
  }

  it("are told with their compute end, however short their locks; an earlier use of the pid is not", () => {
    const small = captured();
    const server = small.reader().servers()[0]?.id ?? 0;
    const [only, ...more] = small.reader().lockCommands(server, 1000);
    expect(only).toMatchObject({ pid: 1, uses: [], computeAtMs: (NINE + 3) * 1000, computeMs: 2900 });
    expect(more).toEqual([]);
    small.close();
  });
});

describe("two servers", () => {
  it("never mix, and a capture that names none belongs to neither", () => {
    const small = openCase(":memory:");
    const ids = [5, 5].map((pid, index) =>
      addFile(small, {}, (sink, source) =>
        sink.writeCommands(batchOf([command(source, pid, 10, { end_s: NINE + 5 + index, lapse_ms: 5000 })])),
      ),
    );
    addFile(small, { kind: "monitor" }, (sink, id) => {
      sink.writeRows(toBatch("capture", [{ source_id: id, capture_no: 1, kind: "monitor" }]));
      sink.writeRows(toBatch("monitor_row", [{ source_id: id, capture_no: 1, pid: 5 }]));
    });
    const entry = {
      serverId: null,
      instance: null,
      role: "edge",
      version: null,
      timeZone: "UTC",
      timeZoneFrom: "default",
    };
    small.setServers(ids.map((id, index) => ({ ...entry, label: `s${index + 1}`, sourceIds: [id] })));
    small.finalize();
    const both = small.reader();
    const ends = both
      .servers()
      .map(({ id }) => both.slowCommands(id, 1000, 9).map(({ endMs, serverId }) => [endMs, serverId === id]));
    expect(ends).toEqual([[[(NINE + 5) * 1000, true]], [[(NINE + 6) * 1000, true]]]);
    expect(both.servers().flatMap(({ id }) => both.capturedProcesses(id))).toEqual([]);
    small.close();
  });
});
