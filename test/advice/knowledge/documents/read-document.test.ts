import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { read, refusal, textOf } from "./reading.js";

describe("readKnowledgeFile", () => {
  it.each([
    ["a.docx", [0x50, 0x4b, 3, 4, 0, 0], /Word document.*PDF or HTML/],
    ["a.png", [0x89, 0x50, 0x4e, 0x47, 0, 0], /picture/],
    ["a.xlsx", [0x50, 0x4b, 3, 4, 0, 0], /CSV/],
    ["a.zip", [0x50, 0x4b, 3, 4, 0, 0], /unpack/],
    ["a.rtf", [...Buffer.from("{\\rtf1 words}")], /PDF or HTML/],
    ["a.mhtml", [...Buffer.from("MIME-Version: 1.0")], /HTML or PDF/],
    ["a.md", [0x23, 0x20, 0x41, 0, 1], /binary/],
    ["a.json", [...Buffer.from("{}")], /JSON/],
    ["a.gz", [0x1f, 0x8b, 8, 0], /compressed/],
    ["a.bin", [1, 0, 2, 0], /binary/],
    ["a.txt", [], /empty/],
  ])("says what %s is", async (path, bytes, reason) => {
    expect(await refusal(path, new Uint8Array(bytes))).toMatch(reason);
  });

  it("never throws, whatever the bytes and the name", async () => {
    const name = fc.constantFrom("a.md", "a.html", "a.pdf", "a.csv", "a/b.json", "a.txt", "a", "help.txt");
    const head = fc.constantFrom(
      "",
      "---\n",
      "<html>",
      "%PDF-1.7\n",
      '[{"ts":"1.2"',
      "    x -- y\n    p4 x\n",
      '{"schemaVersion":1,"name":"p4rca"',
    );
    await fc.assert(
      fc.asyncProperty(name, head, fc.uint8Array({ maxLength: 600 }), async (path, start, bytes) => {
        const { documents, warnings } = await read(
          path,
          new Uint8Array([...new TextEncoder().encode(start), ...bytes]),
        );
        expect(documents.length + warnings.length).toBeGreaterThan(0);
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  it("refuses what is larger than any document", async () => {
    expect(await refusal("big.txt", new Uint8Array(64 * 1024 * 1024 + 1).fill(0x61))).toMatch(/larger than 64 MB/);
  });

  it("keeps no hidden character in any title, heading or text, and no control in code", async () => {
    const hidden = "\u0007\u200b\u202e\u{e0041}\ufe0f";
    const { documents } = await read("h.md", `# T${hidden}\n\n## H${hidden}\n\n\`\`\`\na${hidden}\tb\n\`\`\`\n`);
    expect([documents[0]?.title, ...documents.flatMap(textOf)]).toEqual(["T", "H|code:a\tb"]);
  });
});
