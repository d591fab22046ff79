import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { analyzeEvidence } from "../../src/pipeline/analyze-evidence.js";
import { archiveFiles } from "../support/archive-lines.js";
import { citationFaults } from "../support/citation-check.js";
import { fixtureArchive, fixtureNames } from "../support/expected-answer.js";

const folder = mkdtempSync(join(tmpdir(), "p4rca-citations-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function documentOf(name: string, run = "") {
  const model = await analyzeEvidence([fixtureArchive(name)], {
    casePath: join(folder, `${name}${run}.sqlite`),
    keepCase: true,
    reportPath: null,
    settings: {},
    request: { stdin: null, fromS: null, toS: null, limits: {} },
    checkpoint: () => {},
    progress: () => {},
    version: "0.0.0",
  });
  return model.document;
}

describe("the evidence of every fixture", () => {
  it.each(fixtureNames())("of %s stands in the lines it cites", async (name) => {
    const document = await documentOf(name);
    const files = await archiveFiles(fixtureArchive(name));
    const pathOf = new Map(document.case.inputs.map((input) => [input.id, input.path]));
    const linesOf = (input: number) => (files.get(pathOf.get(input) ?? "")?.toString("utf8") ?? "").split("\n");
    expect(citationFaults(document, linesOf)).toEqual([]);
    for (const incident of document.incidents) {
      const ids = new Set(incident.evidence.map((one) => one.id));
      const used = [...incident.chain, ...incident.actions].flatMap((one) => one.evidence);
      const weighed = incident.hypotheses.flatMap((one) => [...one.for, ...one.against]);
      expect([...used, ...weighed].filter((id) => !ids.has(id))).toEqual([]);
      for (const one of [...incident.chain, ...incident.actions]) expect(one.evidence.length).toBeGreaterThan(0);
    }
  });
});

describe("the check of citations", () => {
  it("notices a number, a line or a pid that is not what the file says", async () => {
    const name = "002-birch";
    const document = await documentOf(name, "-altered");
    const files = await archiveFiles(fixtureArchive(name));
    const pathOf = new Map(document.case.inputs.map((input) => [input.id, input.path]));
    const linesOf = (input: number) => (files.get(pathOf.get(input) ?? "")?.toString("utf8") ?? "").split("\n");
    const alter = (change: (fact: string) => string, line = 0) => {
      const altered = structuredClone(document);
      const item = altered.incidents[0]?.evidence[0];
      if (item === undefined) throw new Error("no evidence");
      item.fact = change(item.fact);
      item.source.line += line;
      return citationFaults(altered, linesOf);
    };
    expect(document.incidents[0]?.evidence[0]?.fact).toMatch(/^pid 11019 .* held .* for 131\.2 s$/);
    expect(alter((fact) => fact)).toEqual([]);
    expect(alter((fact) => fact.replace("131.2", "131.3"))).toHaveLength(1);
    expect(alter((fact) => fact.replace("11019", "11020"))).toHaveLength(1);
    expect(alter((fact) => fact, 1)).toHaveLength(1);
  });
});
