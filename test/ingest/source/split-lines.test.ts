import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { headLines, type Line, LineSplitter } from "../../../src/ingest/source/split-lines.js";

function split(pieces: readonly Uint8Array[], maxLineBytes = 1000): Line[] {
  const lines: Line[] = [];
  const splitter = new LineSplitter(maxLineBytes, (line) => lines.push(line));
  for (const piece of pieces) splitter.push(piece);
  splitter.end();
  return lines;
}

describe("LineSplitter", () => {
  it("takes LF and CRLF, and a last line without an end", () => {
    const lines = split([Buffer.from("one\r\ntw"), Buffer.from("o\n\nlast")]);
    expect(lines.map(({ text, lineNo, byteOffset, byteLength }) => [text, lineNo, byteOffset, byteLength])).toEqual([
      ["one", 1, 0, 5],
      ["two", 2, 5, 4],
      ["", 3, 9, 1],
      ["last", 4, 10, 4],
    ]);
  });

  it("cuts what is too long but counts all of it", () => {
    const lines = split([Buffer.from("abcdefghij\nabcde\nabcdef\n")], 5);
    expect(lines.map(({ text, cut, byteLength }) => [text, cut, byteLength])).toEqual([
      ["abcde", true, 11],
      ["abcde", false, 6],
      ["abcde", true, 7],
    ]);
  });

  it("shows bytes that are no UTF-8 as replacement characters, also where a piece ends within one", () => {
    const euro = Buffer.from("€\n");
    expect(split([euro.subarray(0, 1), euro.subarray(1)])[0]?.text).toBe("€");
    expect(split([Buffer.from([0x61, 0xff, 0x62])])[0]?.text).toBe("a\ufffdb");
  });

  it("gives every byte to exactly one line, however the input is cut", () => {
    const byte = fc.oneof(fc.constantFrom(10, 13, 97), fc.integer({ min: 0, max: 255 }));
    const soup = fc.array(
      fc.array(byte, { maxLength: 30 }).map((bytes) => Uint8Array.from(bytes)),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(soup, fc.integer({ min: 1, max: 12 }), (pieces, limit) => {
        const whole = Buffer.concat(pieces);
        const lines = split(pieces, limit);
        let offset = 0;
        for (const [index, line] of lines.entries()) {
          expect(line.lineNo).toBe(index + 1);
          expect(line.byteOffset).toBe(offset);
          offset += line.byteLength;
        }
        expect(offset).toBe(whole.length);
        expect(lines).toEqual(split([whole], limit));
      }),
    );
  });
});

describe("headLines", () => {
  it("leaves out the line that the head cuts through", () => {
    const head = Buffer.alloc(1 << 16, "x\n");
    head.write("y", head.length - 1);
    expect(headLines(head, 1e6).at(-1)).toBe("x");
    expect(headLines(Buffer.from("a\nb"))).toEqual(["a", "b"]);
  });
});
