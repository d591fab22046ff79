import { describe, expect, it } from "vitest";
import type { Incident } from "../../src/contracts/analysis.js";
import { questionOf } from "../../src/pipeline/consult-knowledge.js";

function incident(more: Partial<Incident>): Incident {
  return {
    ...{ id: "inc-1", server: "s1", category: "error-burst", cause: "license-or-certificate", contributing: [] },
    ...{ severity: "major", confidence: 0.9, window: { start: "2024-03-05T14:00:00Z", end: "2024-03-05T14:00:00Z" } },
    ...{ resource: { kind: "server", name: "master.1", mode: null }, suspect: null },
    impact: {
      ...{ blockedCommands: 0, blockedUsers: 0, blockedSeconds: 0 },
      ...{ longestWaitSeconds: 0, peakRunning: 0, avoidableSeconds: 0 },
    },
    ...{ chain: [], evidence: [], hypotheses: [], actions: [], prevention: [], knowledge: [] },
    ...more,
  };
}

const evidence = (input: number, text: string): Incident["evidence"][number] => ({
  ...{ id: "E1", fact: "", value: null, unit: null },
  source: { input, line: 1, byteOffset: 0, text },
});

describe("questionOf", () => {
  it("asks by cause, category, table, command and what the steps set", () => {
    const { names, text } = questionOf(
      incident({
        ...{ category: "db-wedge", cause: "long-scan-query", contributing: ["limits-absent-or-overridden"] },
        resource: { kind: "table", name: "db.rev", mode: "read" },
        prevention: [{ text: "Limits", command: "p4 configure set master.1#server.commandlimits=2", knowledge: [] }],
      }),
      new Set(),
    );
    expect(names).toEqual([
      "long-scan-query",
      "db-wedge",
      "limits-absent-or-overridden",
      "db.rev",
      "server.commandlimits",
    ]);
    expect(text).toBe("long scan query");
  });

  it("quotes texts of errors from logs, and no track lines, commands or captures", () => {
    const { text } = questionOf(
      incident({
        evidence: [
          evidence(1, "\tLicense expired."),
          evidence(1, "---   total lock wait+held read/write 0ms+1ms/0ms+0ms"),
          evidence(1, "\t2024/03/05 14:07:03 pid 7432 ada@ada-ws 10.1.4.7 [p4] 'user-sync //secret/...'"),
          evidence(2, "p4d_1 910 FLOCK 18G WRITE 0 0 0 /p4/1/root/db.rev"),
          evidence(1, "x".repeat(5000)),
        ],
      }),
      new Set([1]),
    );
    expect(text.split("\n")).toEqual(["license or certificate", "License expired.", "x".repeat(300)]);
  });
});
