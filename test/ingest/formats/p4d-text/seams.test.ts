import { describe, expect, it } from "vitest";
import type { LogFragment } from "../../../../src/contracts/ingest-sink.js";
import { joinEdges } from "../../../../src/ingest/formats/p4d-text/edges.js";
import { type EdgeFile, seamsOf } from "../../../../src/ingest/formats/p4d-text/seams.js";
import { callLine, INFO } from "./sample-log.js";

function piece(text: string, continuation: boolean, byteOffset = 0): LogFragment {
  return { lineNo: 1, byteOffset, bytes: Buffer.from(text), continuation, ...(continuation ? {} : { running: 1 }) };
}

function file(sourceId: number, head: LogFragment[], tail: LogFragment | null, lines = 9): EdgeFile {
  return { sourceId, lines, edges: { head, tail } };
}

/** Seams as lists of `file:text`, with the files before them. */
function seams(...files: EdgeFile[]): [string[], readonly number[]][] {
  return [...seamsOf(files)].map(({ fragments, earlier }) => [
    fragments.map(({ sourceId, fragment }) => `${sourceId}:${Buffer.from(fragment.bytes)}`),
    earlier,
  ]);
}

describe("where the files of one log meet", () => {
  it("is the tail of each with the head of the next", () => {
    const parts = [file(1, [], piece("a", false)), file(2, [piece("b", true)], piece("c", false)), file(3, [], null)];
    expect(seams(...parts)).toEqual([
      [["1:a", "2:b"], [1]],
      [["2:c"], [1, 2]],
    ]);
  });

  it("lets a file that is but the middle of a block, and an empty one, stand between two others", () => {
    const parts = [
      file(1, [], piece("a", false)),
      file(2, [], piece("b", true)),
      file(3, [], null, 0),
      file(4, [piece("c", true)], null),
    ];
    expect(seams(...parts)).toEqual([
      [
        ["1:a", "2:b", "4:c"],
        [1, 2],
      ],
    ]);
  });

  it("names the pids a fragment is about, and none where a line may leave its pid out", () => {
    const pids = (text: string) => [...seamsOf([file(1, [piece(text, false)], null)])].map((seam) => seam.pids);
    expect(pids(`${callLine({ pid: 12 })}\n\tPid 34\n pid 12 completed .1s`)).toEqual([[12, 34]]);
    expect(pids("\tServer network estimates: files added/updated/deleted=1/2/3")).toEqual([null]);
  });
});

describe("the account of bytes that a file could not explain alone", () => {
  it("moves to parsed when they are joined, file by file, a torn line included", () => {
    const head = `${INFO}\n${callLine()}\n--- lapse 2.00s\n--- db.have\n---   total lock wait+held read/wr`;
    const middle = "ite 0ms+1ms/0ms+0ms\n---   max lo";
    const end = "ck wait+held read/write 0ms+1ms/0ms+0ms\n\n";
    const files = [
      file(1, [], piece(head, false)),
      file(2, [], piece(middle, true)),
      file(3, [piece(end, true)], null),
    ];
    const [seam] = [...seamsOf(files)];
    const { accounts } = joinEdges({ open: [], earlier: [1, 2], fragments: seam?.fragments ?? [] });
    const torn = "---   total lock wait+held read/wr".length;
    expect(accounts.filter(({ sourceId }) => sourceId > 1)).toEqual([
      { sourceId: 2, parsed: middle.length, noise: 0, unknown: -middle.length },
      { sourceId: 3, parsed: end.length - 1, noise: 0, unknown: 1 - end.length },
    ]);
    for (const { sourceId, parsed, noise, unknown } of accounts) {
      expect([sourceId, parsed + noise + unknown]).toEqual([sourceId, 0]);
      if (sourceId === 1) expect(parsed === 0 || parsed === torn).toBe(true);
    }
  });

  it("stays as it was where nothing explains them", () => {
    const [seam] = [...seamsOf([file(2, [piece("--- db.have\nno line of a log\n", true)], null)])];
    expect(joinEdges({ open: [], earlier: [], fragments: seam?.fragments ?? [] }).accounts).toEqual([]);
  });
});
