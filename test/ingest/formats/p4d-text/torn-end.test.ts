import { describe, expect, it } from "vitest";
import { LogParser } from "../../../../src/ingest/formats/p4d-text/log-parser.js";
import { seamsOf } from "../../../../src/ingest/formats/p4d-text/seams.js";
import { withoutTornWord } from "../../../../src/ingest/formats/p4d-text/torn-end.js";
import { rowsOf } from "../../recording-sink.js";
import { callLine, completed, INFO, start, track } from "./sample-log.js";

const trimmed = (text: string) => Buffer.from(withoutTornWord(Buffer.from(text))).toString();

describe("the last word of a torn line", () => {
  it.each([
    ["--- db.rev\n---   pages in+out+cached 71+7+9", "--- db.rev\n---   pages in+out+cached "],
    ["--- lapse 1", "--- lapse "],
    ["--- db.integ", "--- "],
    ["lapse .04", "lapse "],
    [completed("14:07:03", 4101, "1").trimEnd(), `${INFO}\n\t2024/03/05 14:07:03 pid 4101 completed `],
  ])("is left out where it may be half a figure or a name: %j", (text, kept) => {
    expect(trimmed(text)).toBe(kept);
  });

  it.each([
    ...[callLine(), "--- lapse 1.20s\n", "", "some text"],
    // A unit ends a figure: whoever copies a log by hand often leaves out the last line end, and nothing else.
    ...["--- lapse 1.20s", "--- usage 12+3us 4+5io 0+0net 8672k 0pf", "--- meta/db(R)"],
    completed("14:07:03", 4101, "1.20s").trimEnd(),
  ])("stays in %j", (text) => {
    expect(trimmed(text)).toBe(text);
  });
});

/** Parses a log of which nobody knows how it goes on. */
function parseTorn(text: string) {
  const rows: ReturnType<typeof rowsOf> = [];
  const parser = new LogParser(
    { sourceId: 1, path: "log", modifiedMs: null, maxLineBytes: 1 << 20 },
    {
      commands: (batch) => rows.push(...[batch.commands, ...batch.children].flatMap(rowsOf)),
      rows: (batch) => rows.push(...rowsOf(batch)),
    },
  );
  parser.push(Buffer.from(text));
  const outcome = parser.end(true);
  return { commands: rows.filter(({ table }) => table === "command"), rows, outcome };
}

describe("a log whose end is lost", () => {
  const slow = { time: "14:07:03", pid: 4101 };

  it.each([
    ["within its arguments", callLine(slow).slice(0, -9)],
    ["behind the line", `${callLine(slow)}\n`],
    ["within the dashes of the next", `${callLine(slow)}\n--`],
    ["within the trigger", `${callLine(slow)} trigg`],
  ])("does not count a command again whose later block is torn at its top, %s", (_, top) => {
    const text = `${start(slow)}\n${INFO}\n${top}`;
    const { commands, outcome } = parseTorn(text);
    expect(commands).toHaveLength(1);
    expect(outcome.edges?.tail).toBeNull();
    expect(outcome.account.parsed + outcome.account.noise + outcome.account.unknown).toBe(text.length);
  });

  it("keeps a torn start as far as it goes", () => {
    const { commands } = parseTorn(`${start(slow)}\n${INFO}\n${callLine({ ...slow, pid: 4102 }).slice(0, -9)}`);
    expect(commands).toHaveLength(1); // the other one waits for what an earlier file knows of its pid
    const { outcome } = parseTorn(`${start(slow)}\n${INFO}\n${callLine({ ...slow, pid: 4102 }).slice(0, -9)}`);
    expect(outcome.edges?.head).toHaveLength(1);
  });

  it("stores no figure that may be half of one", () => {
    const block = track(slow, "lapse 12.5s", "db.rev", "  pages in+out+cached 71+7+960").trimEnd();
    const { rows } = parseTorn(`${start(slow)}${block.slice(0, -2)}`);
    expect(rows.find(({ table }) => table === "table_use")).toMatchObject({ pages_in: null, pages_cached: null });
    expect(rows.find(({ table }) => table === "command")).toMatchObject({ track_lapse_ms: 12_500 });
  });
});

describe("what a torn log keeps for the file before it", () => {
  const torn = track(
    { time: "14:07:03", pid: 4101 },
    "lapse 12.5s",
    "db.rev",
    "  pages in+out+cached 71+7+960",
  ).trimEnd();

  it.each([
    ["a block of an earlier command", torn.slice(0, -2)],
    ["the end of a block whose top stands there", torn.slice(torn.indexOf("--- lapse"), -2)],
  ])("has no figure that may be half of one: %s", (_, text) => {
    const { outcome } = parseTorn(text);
    expect(outcome.edges?.head.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual([
      expect.stringMatching(/pages in\+out\+cached $/),
    ]);
    expect(outcome.account.parsed + outcome.account.noise + outcome.account.unknown).toBe(text.length);
  });
});

describe("the last file of a log, when it ends in mid-line", () => {
  const kept = (text: string) => {
    const tail = { lineNo: 1, byteOffset: 0, bytes: Buffer.from(text), continuation: false, running: 1 };
    const seams = [...seamsOf([{ sourceId: 1, lines: 9, edges: { head: [], tail } }])];
    return seams.map(({ fragments }) => fragments.map(({ fragment }) => Buffer.from(fragment.bytes).toString()));
  };

  it("gives no half figure", () => {
    expect(kept("--- lapse 1")).toEqual([["--- lapse "]]);
    expect(kept("--- lapse 1.20s")).toEqual([["--- lapse 1.20s"]]);
  });
});

describe("files of one log that lie far apart", () => {
  it("are not joined in mid-line: one between them is missing", () => {
    const tail = { lineNo: 1, byteOffset: 0, bytes: Buffer.from("--- lapse 1"), continuation: false, running: 1 };
    const head = { lineNo: 1, byteOffset: 0, bytes: Buffer.from("2.50s\n\n"), continuation: true };
    const seams = (firstS: number) =>
      [
        ...seamsOf([
          { sourceId: 1, lines: 9, firstS: 0, lastS: 100, edges: { head: [], tail } },
          { sourceId: 2, lines: 9, firstS, lastS: 9000, edges: { head: [head], tail: null } },
        ]),
      ].map(({ fragments }) => fragments.map(({ fragment }) => Buffer.from(fragment.bytes).toString()));
    expect(seams(101)).toEqual([["--- lapse 1", "2.50s\n\n"]]);
    expect(seams(3000)).toEqual([["--- lapse "], ["2.50s\n\n"]]);
  });
});
