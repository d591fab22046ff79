import { describe, expect, it } from "vitest";
import { recall, remember } from "../../../../src/advice/knowledge/memory/case-memory.js";
import type { Verdict } from "../../../../src/advice/knowledge/memory/incident-signature.js";
import type { Incident } from "../../../../src/contracts/analysis.js";
import { document, knowledgeOf } from "../../../support/knowledge/documents.js";

function incident(startedAt: string, more: Partial<Incident> = {}): Incident {
  return {
    id: "inc-1",
    server: "s1",
    category: "db-wedge",
    cause: "long-scan-query",
    contributing: [],
    severity: "critical",
    confidence: 0.9,
    window: { start: startedAt, end: startedAt },
    resource: { kind: "table", name: "db.rev", mode: "read" },
    suspect: {
      pid: 1,
      cmd: "user-files",
      args: "//...",
      user: "nightly",
      workspace: "rpt",
      ip: "10.0.0.1",
      app: "p4/2023.1/LINUX",
      startTime: null,
      endTime: null,
      inFlight: false,
      source: null,
    },
    impact: {
      blockedCommands: 1,
      blockedUsers: 1,
      blockedSeconds: 1,
      longestWaitSeconds: 1,
      peakRunning: 1,
      avoidableSeconds: 0,
    },
    chain: [],
    evidence: [],
    hypotheses: [],
    actions: [],
    prevention: [],
    knowledge: [],
    ...more,
  };
}

const NEW = incident("2024-05-01T10:00:00Z");

function memoryOf(past: readonly (readonly [string, string, Incident, Verdict | null])[]) {
  const bySite: Record<string, ReturnType<typeof document>[]> = {};
  for (const [site, key] of past)
    bySite[site] = [...(bySite[site] ?? []), document(key, `Outage ${key}`, "What happened.")];
  const db = knowledgeOf(bySite);
  for (const [site, key, one, verdict] of past) remember(db, key, site, one, verdict);
  return db;
}

describe("recall", () => {
  it("finds the same cause of the same user, and says what is the same", () => {
    const db = memoryOf([["", "march", incident("2024-03-12T10:00:00Z"), null]]);
    const { before, remembered } = recall(db, NEW, [""]);
    expect(remembered).toBe(1);
    expect(before[0]).toMatchObject({ documentId: "march", startedAt: "2024-03-12T10:00:00Z", similarity: 1 });
    expect(before[0]?.same.slice(0, 2)).toEqual(["cause", "kind"]);
    expect(before[0]?.same).toContain("user");
  });

  it("puts the more similar first and leaves out what is another story", () => {
    const other = incident("2024-02-01T00:00:00Z", {
      category: "disk-full",
      cause: "disk-full",
      resource: { kind: "host", name: "volume /p4", mode: null },
      suspect: null,
    });
    const cause = incident("2024-01-01T00:00:00Z", { resource: { kind: "table", name: "db.have", mode: "read" } });
    const db = memoryOf([
      ["", "disk", other, null],
      ["", "have", cause, null],
      ["", "same", incident("2023-01-01T00:00:00Z"), null],
    ]);
    expect(recall(db, NEW, [""]).before.map(({ documentId }) => documentId)).toEqual(["same", "have"]);
  });

  it("believes the expert's cause, not its own that was wrong", () => {
    const wrong: Verdict = { verdict: "incorrect", actualCategory: null, actualCause: "big-submit" };
    const db = memoryOf([["", "a", incident("2024-03-12T10:00:00Z"), wrong]]);
    const [found] = recall(db, NEW, [""]).before;
    expect(found).toMatchObject({ cause: "big-submit", confirmed: true });
    expect(found?.same).not.toContain("cause");
  });

  it("does not take the incident itself for an earlier one", () => {
    expect(recall(memoryOf([["", "itself", NEW, null]]), NEW, [""]).before).toEqual([]);
  });

  it("remembers nothing of another site", () => {
    const db = memoryOf([["acme", "march", incident("2024-03-12T10:00:00Z"), null]]);
    expect(recall(db, NEW, [""])).toEqual({ before: [], remembered: 0 });
    expect(recall(db, NEW, ["", "other"]).remembered).toBe(0);
    expect(recall(db, NEW, ["", "acme"]).before).toHaveLength(1);
  });

  it("keeps no names", () => {
    const db = memoryOf([["", "march", incident("2024-03-12T10:00:00Z"), null]]);
    const kept = JSON.stringify(db.prepare("SELECT signature FROM past_incident").all());
    for (const name of ["nightly", "rpt", "10.0.0.1"]) expect(kept).not.toContain(name);
  });
});
