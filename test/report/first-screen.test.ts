import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ReportModel } from "../../src/contracts/report-model.js";
import { renderReport } from "../../src/report/report.js";
import { reportModel, wedgeDocument, wedgeIncident, wedgeModel } from "../support/sample-document.js";
import {
  inFlightModel,
  insufficientModel,
  lostEvidenceModel,
  noIncidentModel,
  severalIncidentsModel,
} from "../support/sample-variants.js";

/** UPDATE_GOLDEN=1 writes the files anew; the difference is then read in review. */
function expectGolden(name: string, text: string): void {
  const file = new URL(`golden/${name}.txt`, import.meta.url);
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
}

describe("the first screen", () => {
  const cases: readonly (readonly [string, () => ReportModel])[] = [
    ["classic-wedge", wedgeModel],
    ["in-flight-root", inFlightModel],
    ["several-incidents", severalIncidentsModel],
    ["lost-evidence", lostEvidenceModel],
    ["no-incident", noIncidentModel],
    ["insufficient-evidence", insufficientModel],
  ];
  it.each(cases)("reads as in golden/%s.txt", (name, model) => {
    expectGolden(name, renderReport("text", model()));
  });

  it("keeps to ASCII on a terminal without UTF-8", () => {
    expectGolden("classic-wedge-ascii", renderReport("text", wedgeModel(), { ascii: true, width: 60 }));
  });

  it("adds colour without changing a word", () => {
    const painted = renderReport("text", inFlightModel(), { color: true });
    expect(painted).toContain("\u001b[1;31mINCIDENT");
    expect(painted).toContain("\u001b[1mp4 monitor terminate 4101");
    expect(painted.replace(/\u001b\[[\d;]*m/g, "")).toBe(renderReport("text", inFlightModel()));
  });

  it("says that the holder is unknown where no evidence names it", () => {
    const incident = { ...wedgeIncident(), suspect: null, cause: null, chain: [], hypotheses: [], evidence: [] };
    const text = renderReport("text", reportModel({ ...wedgeDocument(), incidents: [incident] }));
    expect(text).toContain("Blocker   not in the evidence: nothing shows who held db.revdx for read");
    expect(text).toContain("Cause     not determined");
  });

  it("names command and resource where no lock is concerned", () => {
    const resource = { kind: "trigger", name: "check-bugs", mode: null } as const;
    const incident = { ...wedgeIncident(), category: "trigger-stall" as const, resource };
    const text = renderReport("text", reportModel({ ...wedgeDocument(), incidents: [incident] }));
    expect(text).toMatch(/^Command {3}pid 4101/m);
    expect(text).toContain("trigger check-bugs; started 14:07:03, ended 14:07:58");
  });

  it("gives each of several steps its line before it explains any of them", () => {
    const [terminate] = inFlightModel().document.incidents[0]?.actions ?? [];
    if (terminate === undefined) throw new Error("the sample has an action");
    const capture = {
      ...terminate,
      id: "capture",
      risk: "observe" as const,
      command: null,
      check: "",
      text: "Capture.",
    };
    const incident = { ...wedgeIncident(), actions: [capture, terminate] };
    const text = renderReport("text", reportModel({ ...wedgeDocument(), incidents: [incident] }));
    expect(text).toMatch(
      /^Do now {4}Capture\. {2}\[observe\]\n {10}p4 monitor terminate 4101 {2}\[safe\]\n {10}check first: p4 monitor/m,
    );
  });

  it("finds the user of a waiting command whose bar carries arguments", () => {
    const model = wedgeModel();
    const timeline = model.timeline.map((bar) => ({ ...bar, cmd: `${bar.cmd} //depot/...` }));
    expect(renderReport("text", { ...model, timeline })).toContain("4117 dm-CommitSubmit olga  waited 40.0 s");
  });

  it("keeps file:line of the evidence however long the fact is", () => {
    const incident = wedgeIncident();
    const evidence = incident.evidence.map((item) => ({ ...item, fact: "a very long fact ".repeat(40) }));
    const text = renderReport("text", reportModel({ ...wedgeDocument(), incidents: [{ ...incident, evidence }] }));
    expect(text).toContain("          [incident/logs/log:58]\n");
  });

  it("says when the time zone is a guess", () => {
    expect(renderReport("text", insufficientModel())).toContain("UTC (zone assumed)");
    expect(renderReport("text", wedgeModel())).not.toContain("assumed");
  });

  it("never suggests to type what is marked never", () => {
    const never = { ...wedgeIncident().actions[1], when: "now", command: null } as ReturnType<
      typeof wedgeIncident
    >["actions"][number];
    const incident = { ...wedgeIncident(), actions: [never] };
    const text = renderReport("text", reportModel({ ...wedgeDocument(), incidents: [incident] }));
    expect(text).not.toContain("Do now");
    expect(text).toContain("Never     terminate 4117");
  });
});
