import { describe, expect, it } from "vitest";
import { runDetectors } from "../../../src/analysis/detect/detect.js";
import { detectors } from "../../../src/analysis/detect/registry.js";
import type { DetectContext, DetectorRun } from "../../../src/contracts/signal.js";
import type { DetectorCases } from "./detector-cases.js";

function answer(context: DetectContext, id: string): DetectorRun | undefined {
  return runDetectors(context, {}).find((run) => run.detector === id);
}

for (const { id } of detectors) {
  const { cases } = (await import(`./cases/${id}.ts`)) as { cases: DetectorCases };
  describe(id, () => {
    it("has cases of all three kinds", () => {
      for (const kind of [cases.fires, cases.nearMiss, cases.cannotTell]) {
        expect(Object.keys(kind).length).toBeGreaterThan(0);
      }
    });
    it.each(Object.entries(cases.fires))("fires: %s", (_title, context) => {
      expect(answer(context(), id)?.status).toBe("fired");
    });
    it.each(Object.entries(cases.nearMiss))("near miss: %s", (_title, context) => {
      expect(answer(context(), id)?.status).toBe("clear");
    });
    it.each(Object.entries(cases.cannotTell))("cannot tell: %s", (_title, context) => {
      const run = answer(context(), id);
      expect(run?.status).toBe("skipped");
      expect(run?.status === "skipped" && run.missing.length).toBeGreaterThan(0);
    });
  });
}
