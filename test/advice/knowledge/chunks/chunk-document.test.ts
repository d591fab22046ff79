import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Chunk, chunkDocument } from "../../../../src/advice/knowledge/chunks/chunk-document.js";
import { countTokens } from "../../../../src/advice/knowledge/chunks/count-tokens.js";
import {
  type Block,
  type KnowledgeDocument,
  NO_FACETS,
  type Section,
} from "../../../../src/advice/knowledge/documents/document.js";

function documentOf(sections: readonly Section[]): KnowledgeDocument {
  return {
    id: "d",
    title: "A document",
    kind: "text",
    source: "d.txt",
    version: null,
    trust: "untrusted",
    facets: NO_FACETS,
    sections,
  };
}

/** A text whose words can be told apart, so that a lost or repeated one shows. */
function numbered(from: number, count: number, perSentence = 9): string {
  const words = Array.from({ length: count }, (_, i) =>
    (i + 1) % perSentence === 0 ? `w${from + i}.` : `w${from + i}`,
  );
  return words.join(" ");
}

const wordsOf = (text: string): number[] => [...text.matchAll(/w(\d+)/g)].map(([, digits]) => Number(digits));

/** Tokens of what both chunks say, as a part of the earlier one's. */
function overlap(before: Chunk, after: Chunk): number {
  const [first] = wordsOf(after.text);
  return countTokens(before.text.slice(before.text.indexOf(`w${first}`))) / before.tokens;
}

describe("chunkDocument", () => {
  it("keeps a short document whole, headings in their places", () => {
    const [only, ...others] = chunkDocument(
      documentOf([
        { path: [], blocks: [{ kind: "prose", text: "What it is." }] },
        { path: ["Symptoms"], blocks: [{ kind: "list", text: "Everything waits." }] },
        { path: ["Symptoms", "On replicas"], blocks: [{ kind: "code", text: "a\n\tb" }] },
      ]),
    );
    expect(others).toEqual([]);
    expect(only?.text).toBe("What it is.\n\nSymptoms\n\nEverything waits.\n\nOn replicas\n\na\n\tb");
    expect(only?.headings).toEqual(["Symptoms", "On replicas"]);
  });

  it("has no chunks for a document without words", () => {
    expect(chunkDocument(documentOf([{ path: [], blocks: [{ kind: "prose", text: " \n " }] }]))).toEqual([]);
  });

  it("names the section in which a later chunk begins", () => {
    const chunks = chunkDocument(
      documentOf([{ path: ["Locks"], blocks: [{ kind: "prose", text: numbered(0, 2000) }] }]),
    );
    expect(chunks.length).toBeGreaterThan(2);
    for (const { text, sectionPath } of chunks) {
      expect(text.startsWith("Locks\n\n")).toBe(true);
      expect(sectionPath).toEqual(["Locks"]);
    }
  });

  it("cuts before a heading where one is near", () => {
    const sections = Array.from({ length: 12 }, (_, i) => ({
      path: [`Section ${i}`],
      blocks: [{ kind: "prose", text: numbered(i * 1000, 60) } satisfies Block],
    }));
    const chunks = chunkDocument(documentOf(sections));
    expect(chunks.length).toBeGreaterThan(1);
    for (const { text } of chunks.slice(1)) expect(text).toMatch(/^Section \d+/);
  });

  it("keeps to 512–1024 tokens, repeats 20–30 % and loses no word, whatever the document", () => {
    const section = fc.record({
      path: fc.array(fc.constantFrom("Alpha", "Beta", "Gamma delta"), { maxLength: 3 }),
      sizes: fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 4 }),
      perSentence: fc.integer({ min: 2, max: 60 }),
      kind: fc.constantFrom("prose" as const, "list" as const, "code" as const),
    });
    fc.assert(
      fc.property(fc.array(section, { minLength: 1, maxLength: 6 }), (plan) => {
        let next = 0;
        const sections = plan.map(({ path, sizes, perSentence, kind }) => ({
          path,
          blocks: sizes.map((size): Block => {
            const text = numbered(next, size, perSentence);
            next += size;
            return { kind, text };
          }),
        }));
        const chunks = chunkDocument(documentOf(sections));
        expect([...new Set(chunks.flatMap(({ text }) => wordsOf(text)))].sort((a, b) => a - b)).toEqual(
          Array.from({ length: next }, (_, i) => i),
        );
        chunks.forEach((chunk, i) => {
          expect(chunk.tokens).toBe(countTokens(chunk.text));
          expect(chunk.tokens).toBeLessThanOrEqual(1024);
          if (chunks.length === 1) return;
          expect(chunk.tokens).toBeGreaterThanOrEqual(512);
          const before = chunks[i - 1];
          if (before === undefined) return;
          expect(overlap(before, chunk)).toBeGreaterThanOrEqual(0.2);
          expect(overlap(before, chunk)).toBeLessThanOrEqual(0.3);
        });
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  it("cuts what is no word at all", () => {
    const chunks = chunkDocument(documentOf([{ path: [], blocks: [{ kind: "code", text: "Zx9/".repeat(4000) }] }]));
    expect(chunks.length).toBeGreaterThan(3);
    for (const { tokens } of chunks) expect(tokens).toBeLessThanOrEqual(1024);
  });
});
