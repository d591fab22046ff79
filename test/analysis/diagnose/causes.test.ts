import { describe, expect, it } from "vitest";
import { causes } from "../../../src/analysis/diagnose/causes/registry.js";
import { CATEGORIES, incidentSchema } from "../../../src/contracts/analysis.js";
import { analyse } from "./analyse.js";
import type { CauseCases } from "./cause-cases.js";

for (const { id, role } of causes) {
  const { cases } = (await import(`./cases/${id}.ts`)) as { cases: CauseCases };
  const named = (incident: { cause: string | null; contributing: string[] }) =>
    role === "contributing" ? incident.contributing.includes(id) : incident.cause === id;

  describe(id, () => {
    it("has cases of all three kinds", () => {
      for (const kind of [cases.fires, cases.nearMiss, cases.cannotTell]) {
        expect(Object.keys(kind).length).toBeGreaterThan(0);
      }
    });

    it.each(Object.entries(cases.fires))("fires: %s", (_title, context) => {
      const incident = analyse(context()).incidents[0];
      expect(incident === undefined ? "no incident" : [incident.cause, ...incident.contributing]).toContain(id);
      expect([cases.category].flat()).toContain(incident?.category);
      incidentSchema.parse(incident);
      expect(incident?.hypotheses[0]?.for.length).toBeGreaterThan(0);
      expect(incident?.prevention.length).toBeGreaterThan(0);
    });

    it.each(Object.entries(cases.nearMiss))("near miss: %s", (_title, context) => {
      for (const incident of analyse(context()).incidents) expect(named(incident)).toBe(false);
    });

    it.each(Object.entries(cases.cannotTell))("cannot tell: %s", (_title, context) => {
      const { incidents, verdict } = analyse(context());
      const incident = incidents[0];
      expect(incident).toBeDefined();
      expect(incident !== undefined && named(incident)).toBe(false);
      expect(incident?.confidence).toBeLessThan(0.9);
      const missing = [...verdict.missing, ...(incident?.hypotheses[0]?.missing ?? [])];
      expect(incident?.cause === null || missing.length > 0).toBe(true);
    });
  });
}

describe("the registry", () => {
  it("has each id once", () => {
    expect(new Set(causes.map((cause) => cause.id)).size).toBe(causes.length);
  });

  it("explains only categories of the contract", () => {
    for (const cause of causes) {
      expect(cause.explains.length).toBeGreaterThan(0);
      for (const category of [...cause.explains, ...(cause.category === null ? [] : [cause.category])]) {
        expect(CATEGORIES).toContain(category);
      }
    }
  });
});
