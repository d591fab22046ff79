import { describe, expect, it } from "vitest";
import { toBatch } from "../../src/base/row-batcher.js";
import { openCase } from "../../src/casedb/casedb.js";
import { COMMAND_FLAG } from "../../src/contracts/record-batch.js";
import { addFile, batchOf, command, DONE, oneServer, use } from "./evidence-builder.js";

const OPEN = COMMAND_FLAG.hasStart | COMMAND_FLAG.openAtSourceEnd;

/** A case with an open command whose arguments no SQL text could hold, and a kept line. */
function openCommandCase() {
  const caseDb = openCase(":memory:");
  const id = addFile(caseDb, {}, (sink, source) => {
    const hostile = { flags: OPEN, args: "it's \0 and \u{1f9e8} \ud800 --" };
    sink.writeCommands(batchOf([command(source, 1, 10, hostile, [use(source, 0, 12, "db.have", { get_rows: 4 })])]));
    sink.writeRows(toBatch("evidence_line", [{ source_id: source, line_no: 10, byte_offset: 900, text: "kept" }]));
  });
  oneServer(caseDb, [id]);
  return { caseDb, id };
}

function everything(caseDb: ReturnType<typeof openCase>) {
  const tables = [
    "command",
    "table_use",
    "evidence_line",
    "server_error",
    "source",
    "warning",
    "log_edge",
    "join_undo",
  ];
  return tables.map((table) => [table, [...caseDb.query(`SELECT * FROM ${table} ORDER BY 1, 2`).rows]]);
}

describe("what a join changed", () => {
  it("is taken back, to the byte, before evidence is added", () => {
    const { caseDb, id } = openCommandCase();
    const before = everything(caseDb);
    caseDb.joining(() => {
      const [open] = caseDb.openCommands([id]);
      if (open === undefined) throw new Error("not stored");
      const joined = { row: { ...open.command, flags: DONE }, children: [...open.children, use(id, 1, 5, "db.rev")] };
      const rows = [
        toBatch("server_error", [{ source_id: id, text: "x" }]),
        toBatch("evidence_line", [{ source_id: id, line_no: 11, byte_offset: 1000, text: "new" }]),
      ];
      caseDb.replaceCommands([open.commandId], [batchOf([joined])], rows);
      caseDb.moveBytes(id, { parsed: 30, noise: 0, unknown: -30 });
    });
    expect(everything(caseDb)).not.toEqual(before);
    expect(caseDb.source(id).account).toEqual({ parsed: 930, noise: 50, unknown: 0, skipped: 20 });
    caseDb.sink(() => {});
    expect(everything(caseDb)).toEqual(before);
    caseDb.close();
  });

  it("is nothing at all when the join fails half-way", () => {
    const { caseDb, id } = openCommandCase();
    const before = everything(caseDb);
    const fails = () =>
      caseDb.joining(() => {
        caseDb.replaceCommands([1], [batchOf([command(id, 9, 1, {})])], []);
        throw new Error("no space left");
      });
    expect(fails).toThrow("no space left");
    expect(everything(caseDb)).toEqual(before);
    caseDb.joining(() => {}); // the notes of the failed one are gone, so that new ones can be taken
    caseDb.close();
  });

  it("keeps a line that both files cite once", () => {
    const { caseDb, id } = openCommandCase();
    const again = toBatch("evidence_line", [{ source_id: id, line_no: 10, byte_offset: 900, text: "kept" }]);
    caseDb.joining(() => caseDb.replaceCommands([], [], [again, again]));
    expect([...caseDb.query("SELECT text FROM evidence_line").rows]).toEqual([["kept"]]);
    caseDb.close();
  });

  it("never takes more bytes from an account than it has", () => {
    const { caseDb, id } = openCommandCase();
    caseDb.moveBytes(id, { parsed: 31, noise: 0, unknown: -31 });
    expect(caseDb.source(id).account).toEqual({ parsed: 900, noise: 50, unknown: 30, skipped: 20 });
    caseDb.close();
  });
});
