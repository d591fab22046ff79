import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderReport } from "../../src/report/report.js";
import { hostileModels } from "./hostile-model.js";

/** Columns as an independent judge counts them: wide scripts and emoji two, everything else at least one. */
function widest(line: string): number {
  const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/u;
  return [...line].reduce((columns, char) => columns + (wide.test(char) ? 2 : 1), 0);
}

describe("the first screen, whatever the model holds", () => {
  it("is at most 24 lines of 80 columns without a control character", () => {
    fc.assert(
      fc.property(hostileModels, (model) => {
        const text = renderReport("text", model);
        expect(text.endsWith("\n")).toBe(true);
        const lines = text.slice(0, -1).split("\n");
        expect(lines.length).toBeLessThanOrEqual(24);
        for (const line of lines) {
          expect(widest(line)).toBeLessThanOrEqual(80);
          expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("begins with the verdict, and ends with the losses and the paths", () => {
    fc.assert(
      fc.property(hostileModels, (model) => {
        const text = renderReport("text", model);
        expect(text).toMatch(/^(INCIDENT: |NO INCIDENT: |CANNOT TELL: )/);
        expect(text).toMatch(/^Evidence /m);
        expect(text).toMatch(/^Lost {6}/m);
        if (model.reportPath?.trim() !== "") expect(text).toMatch(/^Report /m);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps to the width and to ASCII where asked, and colour changes nothing else", () => {
    fc.assert(
      fc.property(hostileModels, fc.integer({ min: -5, max: 300 }), (model, width) => {
        const bound = Math.min(80, Math.max(40, width));
        const text = renderReport("text", model, { ascii: true, width });
        expect(text).toMatch(/^[\x20-\x7e\n]*$/);
        for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(bound);
        const painted = renderReport("text", model, { ascii: true, width, color: true });
        expect(painted.replace(/\u001b\[[\d;]*m/g, "")).toBe(text);
      }),
      { numRuns: 60 },
    );
  });
});
