import { describe, expect, it } from "vitest";
import type { Incident } from "../../src/contracts/analysis.js";
import type { ReportModel } from "../../src/contracts/report-model.js";
import { renderReport } from "../../src/report/report.js";
import { resourceText } from "../../src/report/view/resource-words.js";
import { reportModel, wedgeDocument, wedgeIncident, wedgeModel } from "../support/sample-document.js";

const NONE = { blockedCommands: 0, blockedUsers: 0, blockedSeconds: 0, longestWaitSeconds: 0, avoidableSeconds: 0 };

/** A damaged table: no command to blame, no lock, no chain. */
function damaged(over: Partial<Incident> = {}): ReportModel {
  const template = wedgeIncident();
  const [first] = template.evidence;
  const [action] = template.actions;
  if (first === undefined || action === undefined) throw new Error("the sample has evidence and an action");
  const fact = "p4d says that db.have is damaged";
  const evidence = [{ ...first, fact, source: { ...first.source, text: "Database get error on db.have!" } }];
  const step = { ...action, when: "now" as const, risk: "alert" as const, command: null };
  const incident: Incident = {
    ...template,
    category: "corruption",
    cause: "db-corruption",
    contributing: [],
    resource: { kind: "server", name: "db.have", mode: null },
    suspect: null,
    chain: [],
    impact: { ...NONE, peakRunning: 3 },
    evidence,
    hypotheses: [{ category: "corruption", cause: "db-corruption", score: 0.9, for: ["E1"], against: [], missing: [] }],
    actions: [
      { ...step, id: "wake", text: `Wake somebody. ${"Keep people from writing until they decide. ".repeat(3)}` },
      { ...step, id: "copy", text: "Keep everything.", check: "There is room." },
      { ...step, id: "repair", risk: "never", text: "Never delete db.* files." },
    ],
    ...over,
  };
  const headline = `${fact}; 9 commands of 2 users failed: the database is damaged.`;
  const share = (name: string, commands: number) => ({ name, commands, users: 1, blockedSeconds: 0 });
  const byUser = [share("swarm", 8), share("ines", 1)];
  const impact = { "inc-1": { byUser, byApplication: [share("P4V", 9)], byPlace: [share("10.20.1.0/24", 9)] } };
  return { ...reportModel({ ...wedgeDocument(), headline, incidents: [incident] }), impact };
}

describe("an incident without a lock", () => {
  it("has a first screen without empty blocks, and names what is damaged", () => {
    const text = renderReport("text", damaged());
    expect(text).toMatch(/^Where {5}table db\.have$/m);
    expect(text).toMatch(
      /^Cost {6}9 commands of 2 users hit, most: swarm \(8\); 3 commands running at the\n {10}peak$/m,
    );
    expect(text).not.toMatch(/nobody|null|Blocker|Chain|undefined/);
  });

  it("reads the first step in full, and says what never to do without saying never twice", () => {
    const text = renderReport("text", damaged());
    expect(text.replace(/\n {10}/g, " ")).toContain(
      "Wake somebody. Keep people from writing until they decide. Keep people from writing until they decide. Keep people from writing until they decide.  [alert]",
    );
    expect(text).toMatch(/^ {10}Keep everything\. {2}\[alert\]$/m);
    expect(text).toMatch(/^Never {5}delete db\.\* files\.$/m);
  });

  it("shows the line itself where the headline tells the fact already", () => {
    expect(renderReport("text", damaged())).toContain("Database get error on db.have! [incident/logs/log:55]");
  });

  it("names what comes next where nothing is left to do at once", () => {
    const [wake] = damaged().document.incidents[0]?.actions ?? [];
    if (wake === undefined) throw new Error("the sample has an action");
    const text = renderReport("text", damaged({ actions: [{ ...wake, when: "prevention", text: "Tell the owner." }] }));
    expect(text).toMatch(/^Next {6}Tell the owner\. \[alert\]$/m);
  });

  it("shows a moment as a moment", () => {
    const start = wedgeIncident().window.start;
    const text = renderReport("text", damaged({ window: { start, end: start } }));
    expect(text).toMatch(/^When {6}2024\/03\/05 14:07:04 UTC on commit-1$/m);
  });

  it("is told in Markdown by what it was about and whom it hit", () => {
    const markdown = renderReport("md", damaged());
    expect(markdown).toContain("## Where\n\n- About: table db.have\n");
    expect(markdown).toContain("- 9 commands of 2 users hit, most: swarm (8)\n- Nobody waited for a lock\n");
    expect(markdown).toContain("| By | Which | Commands | Users |\n");
    expect(markdown).not.toMatch(/0 commands|0\.0 s|null|without the root/);
    expect(markdown.indexOf("**Never**")).toBeGreaterThan(markdown.indexOf("Keep everything"));
  });

  it("has no figures of nought in HTML, and the grounds beside the steps", () => {
    const page = renderReport("html", damaged());
    expect(page).toContain("<dt>commands hit</dt><dd>9</dd>");
    expect(page).not.toMatch(/commands blocked|longest wait|would not have been/);
    expect(page).toContain("<h3>Where</h3>");
    expect(page).toContain("<h4>What says so</h4><ul><li>p4d says that db.have is damaged");
  });
});

describe("what an incident is about", () => {
  it.each([
    ["host", "P4JOURNAL", "the volume of P4JOURNAL"],
    ["host", "/p4/1/logs", "the volume of /p4/1/logs"],
    ["host", "memory", "the host's memory"],
    ["server", "license", "the server's licence"],
    ["server", "", "the server"],
    ["server", "hub:1666", "the server at hub:1666"],
    ["server", "tagged-signature", "tagged-signature"],
    ["server", "toString", "toString"],
    ["trigger", "check-bugs", "trigger check-bugs"],
    ["trigger", "unknown", "a trigger that the evidence does not name"],
    ["client", "10.22.0.0/16", "clients of network 10.22.0.0/16"],
    ["client", "", "a client that the evidence does not name"],
  ] as const)("%s %j is %j", (kind, name, words) => {
    expect(resourceText({ kind, name, mode: null })).toBe(words);
  });
});

describe("what would have been without the root", () => {
  const without = {
    pid: 4101,
    user: "nightly",
    cmd: "user-files",
    resource: "db.revdx",
    freedCommands: 31,
    savedSeconds: 690,
  };
  const model = {
    ...wedgeModel(),
    impact: { "inc-1": { byUser: [], byApplication: [], byPlace: [], without: [without] } },
  };
  const sentence =
    "without pid 4101 (nightly, user-files) 31 of 33 commands would not have waited, and 11 min 30 s less would have been waited in all";

  it("is said in every report, for each root", () => {
    // On a full first screen it gives way.
    const incidents = [{ ...wedgeIncident(), prevention: [], actions: [] }];
    const roomy = { ...model, document: { ...model.document, incidents } };
    expect(renderReport("text", roomy)).toContain("without it 31 of 33 commands would not have waited");
    expect(renderReport("md", model)).toContain(`- Replayed ${sentence}`);
    const second = { ...without, pid: null, freedCommands: 33 };
    const both = { ...model, impact: { "inc-1": { ...model.impact["inc-1"], without: [without, second] } } };
    const share = { name: "olga", commands: 33, users: 12, blockedSeconds: 704 };
    const page = renderReport("html", { ...both, impact: { "inc-1": { ...both.impact["inc-1"], byUser: [share] } } });
    expect(page).toContain(`Replayed ${sentence}.`);
    expect(page).toContain("Replayed without whoever held it none would have waited");
  });
});
