import { describe, expect, it } from "vitest";
import { only, refusal, textOf } from "./reading.js";

describe("past incidents", () => {
  const analysis = {
    schemaVersion: 1,
    tool: { name: "p4rca", version: "0.1.0" },
    headline: "pid 7432 (nightly, user-files) held db.rev",
    incidents: [
      {
        id: "inc-1",
        category: "db-wedge",
        cause: "long-scan-query",
        severity: "critical",
        window: { start: "2024-03-12T10:00:00Z", end: "2024-03-12T10:02:00Z" },
        resource: { kind: "table", name: "db.rev", mode: "read" },
        suspect: {
          cmd: "user-files",
          args: "//depot/secret/...",
          user: "nightly",
          workspace: "nightly_rpt",
          ip: "10.1.2.3",
          app: "p4",
        },
        impact: { blockedCommands: 4, blockedUsers: 3, blockedSeconds: 60 },
        evidence: [{ fact: "nightly scanned 9 rows of //depot/secret/..." }],
        actions: [{ text: "Tell nightly", risk: "alert" }],
        prevention: [{ text: "Run reports on a replica" }],
      },
    ],
  };

  it("keeps what happened and what experts said, and no names", async () => {
    const annotations = [
      { incident: "inc-1", verdict: "partial", actualCause: "big-submit", notes: "nightly_rpt was innocent" },
    ];
    const document = await only("past.json", JSON.stringify({ analysis, annotations }));
    expect(document).toMatchObject({
      ...{ id: "past.json::inc-1", kind: "incident", title: "Past incident of 2024-03-12: big-submit" },
      facets: { tables: ["db.rev"], commands: ["user-files"], categories: ["db-wedge"] },
    });
    const text = textOf(document).join("\n");
    expect(text).toMatch(/held db\.rev/);
    expect(text).toMatch(/workspace-1 was innocent/);
    for (const name of ["nightly", "secret", "10.1.2.3"]) expect(text).not.toContain(name);
  });

  it("says when a document is damaged", async () => {
    expect(await refusal("p.json", '{"schemaVersion": 1, "tool": {"name": "p4rca"')).toMatch(/damaged JSON/);
    expect(await refusal("p.json", '{"schemaVersion": 1, "tool": {"name": "p4rca"}, "incidents": 7}')).toMatch(
      /no analysis/,
    );
  });

  it("masks whoever waited, servers and hosts, and leaves out the arguments of commands", async () => {
    const [incident] = analysis.incidents;
    const spoken = {
      ...analysis,
      headline: 'pid 7432 (nightly, user-files -d "for (urgent) Zephyr" //depot/secret/...) held db.rev',
      case: { servers: [{ serverId: "p4-austin", instance: null }] },
      incidents: [
        {
          ...incident,
          evidence: [
            { fact: "pid 12 (ada, dm-CommitSubmit) waited", source: { text: "" } },
            {
              fact: "x",
              source: { text: "\t2024/03/05 10:00:00 pid 13 bob@bob-ws 10.9.9.9 [p4/v85] 'user-sync //z/...'" },
            },
          ],
          chain: [{ resource: "clients/carla-ws" }, { resource: "db.have" }],
          actions: [
            { text: "Terminating pid 12 (ada, dm-CommitSubmit) would not have helped on p4-austin", risk: "never" },
          ],
        },
      ],
    };
    const annotations = [
      { incident: "inc-1", verdict: "correct", notes: "ada and bob on bob-ws agreed, see bob@x.example" },
    ];
    const text = textOf(await only("p.json", JSON.stringify({ annotations, analysis: spoken }))).join("\n");
    expect(text).toContain("(user-1, user-files) held db.rev");
    expect(text).toContain("Command: user-files path-1 with p4.");
    expect(text).toContain("Waited for: clients/*, db.have.");
    expect(text).toContain("(user-2, dm-CommitSubmit) would not have helped on server-1");
    for (const name of ["nightly", "Zephyr", "urgent", "secret", "ada", "bob", "carla", "austin", "10.9"])
      expect(text).not.toContain(name);
  });

  it("says of other JSON that it is no incident", async () => {
    expect(await refusal("other.json", '{"name": "package"}')).toMatch(/no Slack export and no analysis/);
    const later = { ...analysis, schemaVersion: 2 };
    expect(await refusal("later.json", JSON.stringify(later))).toMatch(/no analysis document that this version reads/);
  });
});
