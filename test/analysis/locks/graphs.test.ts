import { describe, expect, test } from "vitest";
import { SCENARIOS } from "../../support/simulator/scenarios.js";
import { type Score, scoreGraph } from "../../support/simulator/score.js";

/** A slice of bench/graphs.ts: seven simulated servers of each kind, with captures and from the log alone. */
const PER_SCENARIO = 7;
const scores: Score[] = SCENARIOS.flatMap((scenario) =>
  Array.from({ length: PER_SCENARIO }, (_, i) =>
    [true, false].map((captures) => scoreGraph(scenario, 52_000 + i, captures)),
  ).flat(),
);

function share(some: readonly Score[], right: (score: Score) => boolean): number {
  return some.filter(right).length / some.length;
}

describe("simulated servers whose truth is known", () => {
  const withCaptures = scores.filter((score) => score.captures);
  const logAlone = scores.filter((score) => !score.captures);

  test("the right set of roots with captures", () => {
    expect(share(withCaptures, (score) => score.rootsRight)).toBeGreaterThanOrEqual(0.98);
  });

  test("the right set of roots, or a tie that contains it, from the log alone", () => {
    expect(share(logAlone, (score) => score.rootsRight)).toBeGreaterThanOrEqual(0.95);
  });

  test("ties are short, and rare where the holder left track output", () => {
    const tied = logAlone.filter((score) => score.byTie);
    expect(Math.max(...tied.map((score) => score.tieSize))).toBeLessThanOrEqual(6);
    expect(tied.every((score) => score.scenario === "killed" || score.scenario === "in-flight")).toBe(true);
  });

  test("every circle of a snapshot is found and none is invented", () => {
    expect(withCaptures.some((score) => score.cycleCount > 0)).toBe(true);
    expect(withCaptures.filter((score) => !score.cyclesRight)).toEqual([]);
  });

  test("the victims are exactly those who lost a second, and blocked seconds are within two percent", () => {
    expect(share(scores, (score) => score.victimsRight)).toBeGreaterThanOrEqual(0.95);
    const real = scores.reduce((sum, score) => sum + score.trueBlockedMs, 0);
    const error = scores.reduce((sum, score) => sum + Math.abs(score.blockedMs - score.trueBlockedMs), 0);
    expect(error / real).toBeLessThan(0.02);
  });

  test("a quiet server and a convoy name nobody", () => {
    const nobody = scores.filter((score) => score.scenario === "convoy");
    expect(nobody.map((score) => score.note)).toEqual(nobody.map(() => ""));
  });
});
