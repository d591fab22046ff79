import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { caseOf } from "../../pipeline/fill.js";
import { SAMPLES } from "../../support/evidence-samples.js";
import { scratchFolder } from "../recording-sink.js";

const folder = scratchFolder();
afterAll(() => folder.remove());

/** Every figure of the text in turn, made longer than any integer a database can hold. */
function* withHugeFigures(text: string): Generator<string> {
  const figures = [...text.matchAll(/\d+/g)].slice(0, 60);
  for (const { index, 0: digits } of figures) {
    yield `${text.slice(0, index)}${"9".repeat(22)}${text.slice(index + digits.length)}`;
    yield `${text.slice(0, index)}7${"0".repeat(400)}.5${text.slice(index + digits.length)}`;
  }
}

describe("figures that no integer can hold", () => {
  it.each(SAMPLES.map(([kind, text], index) => [index, kind, text] as const))(
    "do not stop the ingest: sample %i, %s",
    async (index, _, text) => {
      const paths = [text, ...withHugeFigures(text)].map((variant, number) => {
        const path = folder.at(`${index}-${number}`);
        writeFileSync(path, variant);
        return path;
      });
      const caseDb = await caseOf(paths);
      expect(caseDb.sources().filter(({ state }) => state === "open")).toEqual([]);
      expect(caseDb.sources().length).toBe(paths.length);
      caseDb.close();
    },
  );
});
