import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { IncidentCase } from "../support/incidents/incident-kind.js";
import { makeCase, planCases } from "../support/incidents/plan-cases.js";
import { KINDS } from "../support/incidents/registry.js";

// CONTRACT section 3, written down again: the generator may not know src/.
const CATEGORIES =
  "db-wedge checkpoint-under-load client-lock-contention slow-command connection-storm trigger-stall auth-stall storage-stall network-stall resource-pressure oom-kill disk-full replication-stall server-restart corruption license-or-certificate error-burst unknown".split(
    " ",
  );

function textOf({ files }: IncidentCase): string {
  return files.map(({ path, content }) => plain(path, Buffer.from(content))).join("\n");
}

function plain(path: string, content: Buffer): string {
  try {
    return (path.endsWith(".gz") ? gunzipSync(content, { finishFlush: 2 }) : content).toString("latin1");
  } catch {
    return "";
  }
}

describe("a plan of labelled incidents", () => {
  const plan = planCases(5, 500);

  it("has 500 cases, 130 of them without fault, and every kind in it", () => {
    const families = plan.map(({ kind }) => KINDS.find(({ id }) => id === kind)?.family);
    expect(plan).toHaveLength(500);
    expect(families.filter((family) => family === "no-fault")).toHaveLength(130);
    expect(new Set(plan.map(({ kind }) => kind)).size).toBe(KINDS.length);
    expect(new Set(plan.map(({ id }) => id)).size).toBe(500);
  });

  it("makes the same case whatever else is asked for", () => {
    const one = plan.find(({ id }) => id === "wedge-report-2");
    expect(planCases(5, 0, ["wedge-report-2"])).toEqual([one]);
    expect(planCases(5, 3, ["wedge-report"])[1]).toEqual(one);
    expect(planCases(6, 0, ["wedge-report-2"])[0]?.caseSeed).not.toBe(one?.caseSeed);
  });

  it("refuses a kind that there is not", () => {
    expect(() => planCases(5, 10, ["wedge-reports"])).toThrow(/unknown kind wedge-reports/);
  });

  it("makes a case byte for byte again", () => {
    for (const [planned] of [planCases(9, 1, ["wedge-populate"]), planCases(9, 1, ["healthy-busy"])]) {
      if (planned === undefined) throw new Error("no plan");
      const [first, again] = [makeCase(planned), makeCase(planned)];
      expect(again.label).toEqual(first.label);
      expect(again.files.map(({ path }) => path)).toEqual(first.files.map(({ path }) => path));
      expect(textOf(again) === textOf(first)).toBe(true);
    }
  });
});

describe("every kind", () => {
  it.each(KINDS.map((kind) => [kind.id, kind] as const))("%s has a label that can be true", (id, kind) => {
    const made = makeCase({ id: `${id}-1`, kind: id, caseSeed: 4711 });
    const bytes = made.files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
    expect(bytes).toBeLessThanOrEqual(5e6);
    expect(made.files.length).toBeGreaterThan(0);
    expect(new Set(made.files.map(({ path }) => path)).size).toBe(made.files.length);
    const { verdict, incidents } = made.label;
    expect(incidents.length > 0).toBe(verdict === "incident");
    expect(verdict).toBe(
      kind.family === "fault" ? "incident" : kind.family === "no-fault" ? "no-incident" : "insufficient-evidence",
    );
    const text = textOf(made);
    for (const { category, orCategories = [], causes, roots, window } of incidents) {
      expect(CATEGORIES).toEqual(expect.arrayContaining([category, ...orCategories]));
      expect(causes.length).toBeGreaterThan(0);
      if (window !== undefined) expect(window.fromMs).toBeLessThan(window.toMs);
      // Who is to be named must be somewhere in the evidence.
      for (const root of roots ?? []) if (root !== null) expect(text).toContain(String(root));
    }
  });
});
