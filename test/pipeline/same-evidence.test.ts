import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { AnalysisDocument } from "../../src/contracts/analysis.js";
import { analyzeEvidence } from "../../src/pipeline/analyze-evidence.js";
import { archiveFiles } from "../support/archive-lines.js";
import { fixtureArchive } from "../support/expected-answer.js";

const folder = mkdtempSync(join(tmpdir(), "p4rca-same-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let cases = 0;
async function analyse(paths: readonly string[]): Promise<AnalysisDocument> {
  cases++;
  const model = await analyzeEvidence(paths, {
    casePath: join(folder, `case-${cases}.sqlite`),
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

/** Inputs are numbered as they are read; everything else must not depend on that. */
function withPaths(document: AnalysisDocument): unknown {
  const pathOf = new Map(
    document.case.inputs.map((input) => [input.id, input.path.replace(/^.*?incident-/, "incident-")]),
  );
  const inputs = document.case.inputs.map(({ id, path, ...rest }) => ({ path: pathOf.get(id), ...rest }));
  inputs.sort((a, b) => ((a.path ?? "") < (b.path ?? "") ? -1 : 1));
  const named = JSON.stringify({ ...document, case: { ...document.case, inputs } }, (key, value) =>
    key === "input" ? pathOf.get(value as number) : value,
  );
  return JSON.parse(named);
}

async function unpacked(name: string): Promise<string> {
  const target = join(folder, name);
  for (const [path, bytes] of await archiveFiles(fixtureArchive(name))) {
    const file = join(target, path.replace(/\.gz$/, ""));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  return target;
}

describe("the same evidence", () => {
  it("gives the same bytes twice", async () => {
    const [first, second] = [
      await analyse([fixtureArchive("004-elder")]),
      await analyse([fixtureArchive("004-elder")]),
    ];
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  it.each(["004-elder", "007-rowan"])("of %s gives the same answer in whatever order its files come", async (name) => {
    const root = await unpacked(name);
    const parts = [...(await archiveFiles(fixtureArchive(name))).keys()].map((path) =>
      join(root, path.replace(/\.gz$/, "")),
    );
    const forwards = await analyse(parts);
    const backwards = await analyse([...parts].reverse());
    expect(forwards.incidents).toHaveLength(1);
    expect(withPaths(backwards)).toEqual(withPaths(forwards));
  });

  it("collected twice, the second time with a log that had grown, is one incident of one server", async () => {
    const first = await unpacked("004-elder");
    const second = join(folder, "again");
    cpSync(first, second, { recursive: true });
    const grown = [...(await archiveFiles(fixtureArchive("004-elder"))).keys()].find((path) =>
      path.endsWith("/logs/log"),
    );
    const line = "\t2024/06/11 12:30:00 pid 99 ann@ann_ws 10.0.0.1 [p4/2023.2] 'user-info'";
    appendFileSync(join(second, grown ?? ""), `Perforce server info:\n${line}\n\n`);
    const once = await analyse([first]);
    const both = await analyse([first, second]);
    expect(both.case.servers).toHaveLength(1);
    expect(both.incidents).toHaveLength(1);
    expect(both.incidents[0]?.impact).toEqual(once.incidents[0]?.impact);
  });
});
