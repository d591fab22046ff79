import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { analysisSchema } from "../../src/contracts/analysis.js";
import { analyzeEvidence } from "../../src/pipeline/analyze-evidence.js";
import { differences, fixtureArchive, fixtureNames, loadExpectedAnswer } from "../support/expected-answer.js";

const folder = mkdtempSync(join(tmpdir(), "p4rca-fixtures-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("every fixture, from the archive to the document", () => {
  it.each(fixtureNames())("%s is answered as expected", async (name) => {
    const model = await analyzeEvidence([fixtureArchive(name)], {
      casePath: join(folder, `${name}.sqlite`),
      keepCase: true,
      reportPath: null,
      settings: {},
      request: { stdin: null, fromS: null, toS: null, limits: {} },
      checkpoint: () => {},
      progress: () => {},
      version: "0.0.0",
    });
    expect(differences(analysisSchema.parse(model.document), loadExpectedAnswer(name))).toEqual([]);
    for (const input of model.document.case.inputs) {
      const { parsed, noise, unknown, skipped } = input.bytesBy;
      expect(parsed + noise + unknown + skipped, input.path).toBe(input.bytes);
    }
  });
});
