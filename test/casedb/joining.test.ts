import { describe, expect, it } from "vitest";
import { toBatch } from "../../src/base/row-batcher.js";
import { type CaseDb, openCase } from "../../src/casedb/casedb.js";
import { COMMAND_FLAG } from "../../src/contracts/record-batch.js";
import { addFile, batchOf, command, DONE, NINE, oneServer, type TestCommand, use } from "./evidence-builder.js";

const OPEN = COMMAND_FLAG.hasStart | COMMAND_FLAG.openAtSourceEnd;

function logOf(caseDb: CaseDb, options: Parameters<typeof addFile>[1], make: (id: number) => TestCommand[]): number {
  return addFile(caseDb, options, (sink, id) => sink.writeCommands(batchOf(make(id))));
}

const all = (caseDb: CaseDb, sql: string) => [...caseDb.query(sql).rows];

describe("joining rotations", () => {
  it("offers what another file may finish, narrowed to pids", () => {
    const caseDb = openCase(":memory:");
    const id = logOf(caseDb, {}, (source) => [
      command(source, 1, 10, {}),
      command(source, 2, 20, { flags: OPEN }),
      command(source, 3, 30, {
        flags: COMMAND_FLAG.hasCompletion | COMMAND_FLAG.anonymous | COMMAND_FLAG.openAtSourceEnd,
        start_s: null,
        end_s: NINE,
      }),
    ]);
    const done = logOf(caseDb, {}, (source) => [command(source, 4, 10, { flags: COMMAND_FLAG.hasCompletion })]);
    const pids = (list: ReturnType<CaseDb["openCommands"]>) => list.map(({ command: row }) => row.pid);
    expect(pids(caseDb.openCommands([id, done]))).toEqual([2, 3]);
    expect(pids(caseDb.openCommands([id], [3, 4]))).toEqual([3]);
    expect(pids(caseDb.openCommands([]))).toEqual([]);
    caseDb.close();
  });

  it("puts joined commands in the place of the stored ones, children and all", () => {
    const caseDb = openCase(":memory:");
    const id = logOf(caseDb, {}, (source) => [
      command(source, 1, 10, { flags: OPEN }, [use(source, 0, 12, "meta/db", { mode: "R" })]),
      command(source, 2, 20, { flags: OPEN }, [use(source, 0, 22, "db.have")]),
    ]);
    const [first] = caseDb.openCommands([id], [1]);
    if (first === undefined) throw new Error("not stored");
    const joined = {
      row: { ...first.command, flags: DONE, end_s: NINE + 9, end_source_id: 7, end_line_no: 3 },
      children: [...first.children, use(7, 1, 5, "db.rev")],
    };
    caseDb.replaceCommands(
      [first.commandId],
      [batchOf([joined])],
      [toBatch("server_error", [{ source_id: id, text: "x" }])],
    );
    expect(all(caseDb, "SELECT pid, end_s, end_source_id FROM command ORDER BY pid")).toEqual([
      [1, NINE + 9, 7],
      [2, null, null],
    ]);
    expect(
      all(
        caseDb,
        "SELECT c.pid, o.name FROM table_use t JOIN command c ON c.id = t.id / 4096 JOIN lock_object o ON o.id = lock_object_id ORDER BY c.pid, t.id",
      ),
    ).toEqual([
      [1, "meta/db"],
      [1, "db.rev"],
      [2, "db.have"],
    ]);
    expect(all(caseDb, "SELECT count(*) FROM server_error")).toEqual([[1]]);
    caseDb.close();
  });

  it("changes nothing when a join fails half-way", () => {
    const caseDb = openCase(":memory:");
    const id = logOf(caseDb, {}, (source) => [
      command(source, 1, 10, { flags: OPEN }, [use(source, 0, 12, "db.have")]),
    ]);
    const before = caseDb.canonicalDump();
    const alien = { ...toBatch("server_error", [{ source_id: id }]), table: "no_such_table" as "server_error" };
    expect(() => caseDb.replaceCommands([1], [batchOf([command(id, 9, 1, {})])], [alien])).toThrow();
    expect(caseDb.canonicalDump()).toEqual(before);
    logOf(caseDb, {}, (source) => [command(source, 5, 10, {}, [use(source, 0, 12, "db.working")])]);
    expect(all(caseDb, "SELECT o.name FROM table_use t JOIN lock_object o ON o.id = t.lock_object_id")).toEqual([
      ["db.have"],
      ["db.working"],
    ]);
    caseDb.close();
  });

  it("gives the starts of a log in file order, within a span of time, for finding overlaps", () => {
    const caseDb = openCase(":memory:");
    const id = logOf(caseDb, {}, (source) => [
      command(source, 3, 30, { start_s: NINE + 5, end_s: NINE + 6, key_hash: 33 }),
      command(source, 1, 10, { start_s: NINE, flags: OPEN, key_hash: 11 }),
      command(source, 4, 40, { start_s: NINE + 9 }),
      command(source, 5, 35, { start_s: NINE + 5, end_source_id: 99 }),
      command(source, 6, 36, { start_s: NINE + 5, flags: COMMAND_FLAG.hasCompletion }),
    ]);
    expect(caseDb.commandKeys(id, { toS: NINE + 5 })).toMatchObject([
      { pid: 1, startS: NINE, keyHash: 11, byteOffset: 1000, complete: false, endS: null },
      { pid: 3, startS: NINE + 5, keyHash: 33, byteOffset: 3000, complete: true, endS: NINE + 6 },
    ]);
    expect(caseDb.commandKeys(id, { fromS: NINE + 6 }).map(({ pid }) => pid)).toEqual([4]);
    caseDb.close();
  });

  it("drops the overlap of two logs once, and the account still adds up", () => {
    const caseDb = openCase(":memory:");
    const earlier = logOf(caseDb, { path: "log.1", records: 2 }, (s) => [
      command(s, 1, 10, {}),
      command(s, 2, 90, { flags: OPEN }),
    ]);
    const edges = {
      head: [100, 260].map((byteOffset) => ({
        lineNo: 1,
        byteOffset,
        bytes: new Uint8Array([1]),
        continuation: false,
      })),
      tail: null,
    };
    const later = addFile(caseDb, { path: "log.2", records: 3, edges }, (sink, s) => {
      sink.writeCommands(batchOf([command(s, 1, 1, {}), command(s, 2, 2, {}), command(s, 3, 50, {})]));
      const lines = [1, 2, 50].map((line) => ({ source_id: s, line_no: line, byte_offset: line * 100, text: "x" }));
      sink.writeRows(toBatch("server_error", lines));
    });
    const ids = new Map(all(caseDb, "SELECT source_id * 10 + pid, id FROM command") as [number, number][]);
    const drop = [ids.get(later * 10 + 1), ids.get(earlier * 10 + 2)] as number[];
    caseDb.dropOverlap(earlier, later, 250, drop);
    expect(all(caseDb, "SELECT source_id, pid FROM command ORDER BY id")).toEqual([
      [earlier, 1],
      [later, 2],
      [later, 3],
    ]);
    expect(all(caseDb, "SELECT line_no FROM server_error")).toEqual([[50]]);
    expect(caseDb.edges(later).head.map(({ byteOffset }) => byteOffset)).toEqual([260]);
    expect(caseDb.source(earlier).records).toBe(1);
    expect(caseDb.source(later)).toMatchObject({
      records: 2,
      account: { parsed: 650, noise: 50, unknown: 30, skipped: 270 },
      notes: ["the first 250 bytes also end log.1 and count once"],
    });
    caseDb.close();
  });
});

describe("counting running commands over rotations", () => {
  const running = (caseDb: CaseDb) =>
    all(caseDb, "SELECT pid, running, lineNumber FROM process ORDER BY lineNumber").map(([pid, count, line]) => [
      pid,
      count,
      line,
    ]);

  it("adds what earlier files left open, until it ends", () => {
    const caseDb = openCase(":memory:");
    const second = 2;
    const one = logOf(caseDb, { firstS: NINE, lines: 100 }, (s) => [
      command(s, 1, 11, { running: 1, end_source_id: second, end_line_no: 51, end_s: NINE + 70 }),
      command(s, 2, 21, { running: 2, flags: OPEN }),
      command(s, 3, 31, { running: 3, end_s: NINE + 2 }),
      command(s, 4, 41, { running: 2, flags: OPEN | COMMAND_FLAG.noCompletionKind }),
    ]);
    const two = logOf(caseDb, { firstS: NINE + 60, lines: 100 }, (s) => [
      command(s, 5, 11, { running: 1, end_s: NINE + 61 }),
      command(s, 6, 61, { running: 1, end_s: NINE + 80 }),
      command(s, 2, 71, { running: 2, end_s: NINE + 90 }),
      command(s, 7, 81, { running: 3, end_s: NINE + 90 }),
    ]);
    expect([one, two]).toEqual([1, second]);
    oneServer(caseDb, [one, two]);
    caseDb.recomputeRunningBase([[one, two]]);
    expect(running(caseDb)).toEqual([
      [1, 1, 10],
      [2, 2, 20],
      [3, 3, 30],
      [4, 2, 40],
      [5, 3, 110], // 1 and 2 still open
      [6, 2, 160], // 1 has ended at line 51
      [2, 2, 170], // its own pid started again: the old 2 is gone
      [7, 3, 180],
    ]);
    caseDb.close();
  });

  it("adds nothing from the line on where the server said its own number", () => {
    const caseDb = openCase(":memory:");
    const one = logOf(caseDb, { firstS: NINE }, (s) => [command(s, 1, 11, { flags: OPEN })]);
    const two = addFile(caseDb, { firstS: NINE + 60 }, (sink, s) => {
      sink.writeCommands(batchOf([command(s, 5, 11, { running: 1 }), command(s, 6, 61, { running: 41 })]));
      sink.writeRows(
        toBatch("server_event", [{ source_id: s, line_no: 30, time_s: NINE + 61, v1: 40, kind: "active-threads" }]),
      );
    });
    oneServer(caseDb, [one, two]);
    caseDb.recomputeRunningBase([[one, two]]);
    expect(running(caseDb).map(([pid, count]) => [pid, count])).toEqual([
      [1, 1],
      [5, 2],
      [6, 41],
    ]);
    caseDb.close();
  });

  it("keeps servers apart, and numbers lines through", () => {
    const caseDb = openCase(":memory:");
    const logs = [NINE, NINE + 60].map((firstS) =>
      logOf(caseDb, { firstS, lines: 100 }, (s) => [command(s, s, 11, { running: 1, flags: OPEN })]),
    );
    const server = {
      serverId: null,
      instance: null,
      role: "unknown",
      version: null,
      timeZone: "UTC",
      timeZoneFrom: "default",
    };
    caseDb.setServers(logs.map((id, index) => ({ ...server, label: `s${index + 1}`, sourceIds: [id] })));
    caseDb.recomputeRunningBase(logs.map((id) => [id]));
    expect(running(caseDb)).toEqual([
      [1, 1, 10],
      [2, 1, 110],
    ]);
    caseDb.close();
  });
});

describe("the canonical dump", () => {
  it("is the same for the same evidence in any order of files and batches, and cut in other places", () => {
    const whole = openCase(":memory:");
    logOf(whole, {}, (s) => [
      command(s, 1, 10, { key_hash: 1 }, [use(s, 0, 11, "db.have", { total_read_wait_ms: 5 })]),
      command(s, 2, 20, { key_hash: 2 }, [use(s, 0, 21, "db.rev")]),
    ]);
    const cut = openCase(":memory:");
    logOf(cut, {}, (s) => [command(s, 2, 5, { key_hash: 2 }, [use(s, 0, 6, "db.rev")])]);
    logOf(cut, {}, (s) => [
      command(s, 1, 3, { key_hash: 1, byte_length: 90 }, [use(s, 0, 4, "db.have", { total_read_wait_ms: 5 })]),
    ]);
    expect(cut.canonicalDump()).toEqual(whole.canonicalDump());
    const other = openCase(":memory:");
    logOf(other, {}, (s) => [
      command(s, 1, 10, { key_hash: 1 }, [use(s, 0, 11, "db.have", { total_read_wait_ms: 6 })]),
      command(s, 2, 20, { key_hash: 2 }, [use(s, 0, 21, "db.rev")]),
    ]);
    expect(other.canonicalDump()).not.toEqual(whole.canonicalDump());
    for (const caseDb of [whole, cut, other]) caseDb.close();
  });
});
