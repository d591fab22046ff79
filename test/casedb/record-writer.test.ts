import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openCase } from "../../src/casedb/casedb.js";
import {
  COMMAND_FLAG,
  RECORD_TABLES,
  type RecordRow,
  type RecordTableName,
  type RecordTableSpec,
} from "../../src/contracts/record-batch.js";
import { addFile, batchOf, type Child, command, NINE, oneServer, use } from "./evidence-builder.js";

const OPEN = COMMAND_FLAG.hasStart | COMMAND_FLAG.openAtSourceEnd;

/** A number for some columns, nothing for the others; names and texts included. */
function rowOf(table: RecordTableName, fixed: RecordRow): fc.Arbitrary<RecordRow> {
  const spec: RecordTableSpec = RECORD_TABLES[table];
  const number = fc.oneof(fc.constant(null), fc.constant(0), fc.integer({ min: -5, max: 2 ** 53 - 1 }));
  const text = fc.oneof(fc.constant(null), fc.string({ unit: "binary", maxLength: 12 }));
  return fc
    .record({
      ...Object.fromEntries(spec.numbers.map((name) => [name, number])),
      ...Object.fromEntries(spec.texts.map((name) => [name, text])),
    })
    .map((row) => ({ ...row, ...fixed }));
}

const anyCommand = fc.record({
  row: rowOf("command", { source_id: 1, flags: OPEN, pid: 7 }),
  uses: fc.array(rowOf("table_use", { mode: "" }), { maxLength: 5 }),
  triggers: fc.array(rowOf("trigger_use", {}), { maxLength: 2 }),
  rpcs: fc.array(rowOf("remote_rpc", {}), { maxLength: 2 }),
});

describe("the record writer", () => {
  it("stores a name once and its number with the commands, and names beyond 65,536 with them", () => {
    const caseDb = openCase(":memory:");
    const given = Array.from({ length: 70_000 }, (_, i) =>
      command(1, 7, i, { ...{ user: "7", workspace: `ws-${i}`, ip: null, app: "", cmd: "user-sync" } }),
    );
    addFile(caseDb, {}, (sink) => sink.writeCommands(batchOf(given)));
    addFile(caseDb, {}, (sink, id) => sink.writeCommands(batchOf([command(id, 8, 1, { workspace: "ws-3" })])));
    const rows = (sql: string) => [...caseDb.query(sql).rows];
    expect(rows("SELECT count(*), count(DISTINCT text) FROM command_name")).toEqual([[65_536, 65_536]]);
    expect(rows("SELECT typeof(workspace), count(*) FROM command_row GROUP BY 1")).toEqual([
      ["integer", 65_536],
      ["text", 4465],
    ]);
    expect(rows("SELECT count(*) FROM command WHERE workspace = 'ws-' || line_no AND user = '7' AND app = ''")).toEqual(
      [[70_000]],
    );
    expect(rows("SELECT count(*) FROM command WHERE cmd = 'user-sync' AND workspace = 'ws-3'")).toEqual([[2]]);
    expect(rows("SELECT DISTINCT typeof(user), typeof(ip), typeof(app) FROM command_row WHERE pid = 7")).toEqual([
      ["text", "null", "text"],
    ]);
    caseDb.close();
  });

  it("gives back through openCommands exactly what it was given, whatever columns are missing", () => {
    const inputs = fc.array(anyCommand, { minLength: 1, maxLength: 70 });
    const property = fc.property(inputs, (commands) => {
      const caseDb = openCase(":memory:");
      const given = commands.map(({ row, uses, triggers, rpcs }) => ({
        row,
        children: [
          ...uses.map(
            (use, ordinal): Child => ({ table: "table_use", row: { ...use, ordinal, name: use.name ?? "" } }),
          ),
          ...triggers.map((trigger): Child => ({ table: "trigger_use", row: trigger })),
          ...rpcs.map((rpc): Child => ({ table: "remote_rpc", row: rpc })),
        ],
      }));
      addFile(caseDb, {}, (sink) => sink.writeCommands(batchOf(given)));
      const back = caseDb.openCommands([1]);
      expect(back.map(({ command: row }) => row)).toEqual(given.map(({ row }) => row));
      expect(back.map(({ children }) => children)).toEqual(
        given.map(({ children }) => children.map(({ table, row }) => ({ table, row: { ...row, command_index: 0 } }))),
      );
      caseDb.close();
    });
    fc.assert(property, { numRuns: 25 });
  });

  it("keeps the children of a command with it over several batches", () => {
    const caseDb = openCase(":memory:");
    const id = addFile(caseDb, {}, (sink, source) => {
      for (let batch = 0; batch < 3; batch++) {
        const commands = Array.from({ length: 40 }, (_, i) =>
          command(source, batch * 100 + i, batch * 1000 + i * 10, { flags: OPEN }, [
            use(source, 0, i, `db.of${batch * 100 + i}`),
          ]),
        );
        sink.writeCommands(batchOf(commands));
      }
    });
    const stored = caseDb.openCommands([id]);
    expect(stored).toHaveLength(120);
    for (const { command: row, children } of stored) expect(children[0]?.row.name).toBe(`db.of${row.pid}`);
    caseDb.close();
  });

  it("finds a librarian section by its type, in whatever order they come", () => {
    const caseDb = openCase(":memory:");
    addFile(caseDb, {}, (sink, source) => {
      const section = (type: string, opens: number): Child => ({ table: "librarian_use", row: { opens, type } });
      sink.writeCommands(
        batchOf([command(source, 1, 10, {}, [section("Uncompress", 4), section("Rcs", 1), section("Zstd", 9)])]),
      );
    });
    const [row] = caseDb.query("SELECT lbrRcsOpens, lbrBinaryOpens, lbrUncompressOpens FROM process").rows;
    expect(row).toEqual([1, 0, 4]);
    const all = [...caseDb.query("SELECT type FROM librarian_use ORDER BY id").rows].flat();
    expect(all).toEqual(["Rcs", "Uncompress", "Zstd"]);
    caseDb.close();
  });

  it("counts sections that find no room as a warning of the file, and keeps the others", () => {
    const caseDb = openCase(":memory:");
    const uses = [0, 4095, 4096, 5000, 4095].map((ordinal) => use(1, ordinal, 20 + ordinal, "db.have"));
    addFile(caseDb, {}, (sink, source) => sink.writeCommands(batchOf([command(source, 1, 10, {}, uses)])));
    expect([...caseDb.query("SELECT id FROM table_use ORDER BY id").rows].flat()).toEqual([4096, 8191]);
    expect([...caseDb.query("SELECT code, count FROM warning").rows]).toEqual([["too-many-sections", 3]]);
    caseDb.close();
  });

  it("keeps all others when two of many sections claim one place, and the largest wait or hold of each", () => {
    const caseDb = openCase(":memory:");
    const places = [...Array.from({ length: 70 }, (_, i) => i), 5, 64];
    const uses = places.map((ordinal) =>
      use(1, ordinal, 20 + ordinal, "db.have", { total_read_held_ms: ordinal * 10 }),
    );
    addFile(caseDb, {}, (sink, source) => sink.writeCommands(batchOf([command(source, 1, 10, {}, uses)])));
    const stored = [...caseDb.query("SELECT id - 4096, worst_ms FROM table_use ORDER BY id").rows];
    expect(stored).toEqual(Array.from({ length: 70 }, (_, i) => [i, i * 10]));
    expect([...caseDb.query("SELECT code, count FROM warning").rows]).toEqual([["too-many-sections", 2]]);
    caseDb.close();
  });

  it("keeps numbers beyond 32 bits and hashes of 53 bits exact", () => {
    const caseDb = openCase(":memory:");
    const big = Number.MAX_SAFE_INTEGER;
    addFile(caseDb, {}, (sink, source) =>
      sink.writeCommands(batchOf([command(source, 1, 10, { byte_offset: 5_000_000_001, key_hash: big })])),
    );
    oneServer(caseDb, [1]);
    expect([...caseDb.query("SELECT byte_offset, key_hash, processkey FROM command").rows]).toEqual([
      [5_000_000_001, big, "001fffffffffffff"],
    ]);
    expect(caseDb.commandKeys(1, { fromS: NINE })[0]).toMatchObject({ keyHash: big, byteOffset: 5_000_000_001 });
    caseDb.close();
  });
});
