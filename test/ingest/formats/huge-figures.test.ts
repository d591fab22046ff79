import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { caseOf } from "../../pipeline/fill.js";
import { SAMPLES } from "../../support/evidence-samples.js";
import { scratchFolder } from "../recording-sink.js";
import { compute, INFO, start } from "./p4d-text/sample-log.js";

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

  it("do not stop it where they are summed up", async () => {
    const huge = Array.from({ length: 5 }, () => "9".repeat(25));
    const [added, updated, deleted, ...bytes] = huge;
    const estimates = `Server network estimates: files added/updated/deleted=${added}/${updated}/${deleted}, bytes added/updated=${bytes.join("/")}`;
    const lines = [estimates, estimates, estimates].map((line) => `${INFO}\n\t${line}\n`).join("");
    const path = folder.at("sums");
    const sync = { time: "14:07:03", pid: 4101, call: "user-sync //depot/..." };
    writeFileSync(path, `${start(sync)}\n${compute("14:07:03", 4101, "1.0s")}${lines}`);
    const caseDb = await caseOf([path]);
    const [[files] = []] = [...caseDb.query("SELECT net_files_added FROM command").rows];
    expect(Number(files)).toBeGreaterThan(1e18);
    caseDb.close();
  });
});
