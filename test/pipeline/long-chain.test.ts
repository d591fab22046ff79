import { expect, test } from "vitest";
import { analyzeLocks } from "../../src/analysis/locks/locks.js";
import type { AnalysisDocument } from "../../src/contracts/analysis.js";
import { renderReport } from "../../src/pipeline/render.js";
import { analyse } from "../analysis/diagnose/analyse.js";
import { CROWD_END_MS, crowd } from "../support/crowd.js";
import { fakeReader } from "../support/fake-reader.js";
import { reportModel, wedgeDocument } from "../support/sample-document.js";

/** 100,000 commits, each behind the one before it: nothing on the way may recurse or spread them into arguments. */
test("a queue of 100,000 is analysed, explained and reported", { timeout: 300_000 }, () => {
  const commands = crowd("staircase", 100_000);
  const graph = analyzeLocks({ commands, capturedLocks: [], capturedProcesses: [], logEndMs: CROWD_END_MS });
  const found = analyse({ reader: fakeReader({ lockCommands: commands }), locks: () => graph });
  expect(found.runs.filter(({ status }) => status === "failed")).toEqual([]);
  const [incident] = found.incidents;
  expect(incident?.hypotheses[0]?.cause).toBeDefined();
  // It drains for far longer than the first of them held: a queue that feeds itself, and so without a root.
  expect(graph.clusters.map(({ convoy, victims }) => [convoy, victims.length])).toEqual([[true, 100_000]]);
  const document: AnalysisDocument = { ...wedgeDocument(), incidents: found.incidents, headline: found.headline };
  for (const format of ["text", "md", "html", "json"] as const) {
    expect(renderReport(format, reportModel(document), {})).toContain("meta/commit");
  }
});
