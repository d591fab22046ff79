import { describe, expect, it } from "vitest";
import { type AnsweredCase, judge } from "../../bench/rca/judge.js";
import { calibration, calibrationError, macroF1, shareOf } from "../../bench/rca/statistics.js";
import type { IncidentLabel } from "../support/incidents/incident-kind.js";

const AT = Date.UTC(2024, 2, 5, 14, 0);
const wedge = (more: object = {}): AnsweredCase["incidents"][number] => ({
  category: "db-wedge",
  cause: "big-submit",
  severity: "critical",
  confidence: 0.9,
  window: { start: "2024-03-05T13:00:00Z", end: "2024-03-05T13:02:00Z" },
  resource: { name: "db.rev" },
  suspect: { pid: 7 },
  ...more,
});
const answer = (...incidents: AnsweredCase["incidents"]): AnsweredCase => ({
  verdict: incidents.length > 0 ? "incident" : "no-incident",
  headline: "",
  case: { timeZone: { assumed: "+01:00" } },
  incidents,
});
const label = (...incidents: IncidentLabel["incidents"]): IncidentLabel => ({
  verdict: "incident",
  incidents,
  servers: [],
});
const truth = {
  category: "db-wedge",
  causes: ["big-submit"],
  roots: [7],
  resources: ["db.rev"],
  window: { fromMs: AT, toMs: AT + 60_000 },
};

describe("judging one case", () => {
  it("compares windows on the server's clock", () => {
    const { incidents, extra, claims } = judge(answer(wedge()), label(truth));
    expect(incidents[0]).toMatchObject({ category: true, cause: true, root: true, resource: true, overlap: 0.5 });
    expect(extra).toEqual([]);
    expect(claims).toEqual([{ confidence: 0.9, right: true }]);
  });

  it("counts what was not answered as wrong, and nothing that is only info", () => {
    const { incidents, claims } = judge(answer(wedge({ severity: "info" })), label(truth));
    expect(incidents[0]).toMatchObject({
      answered: "incident",
      category: false,
      cause: false,
      root: false,
      overlap: 0,
    });
    expect(claims).toEqual([]);
  });

  it("counts an incident too many against the answer, unless it is a true side effect", () => {
    const both = answer(wedge(), wedge({ category: "network-stall", suspect: null, confidence: 0.6 }));
    expect(judge(both, label(truth))).toMatchObject({
      extra: [expect.stringContaining("network-stall")],
      claims: [{ right: true }],
    });
    const wrongFirst = answer(wedge({ category: "network-stall", confidence: 0.6 }), wedge());
    expect(judge(wrongFirst, label(truth)).claims).toContainEqual({ confidence: 0.6, right: false });
    expect(judge(both, { ...label(truth), alsoTrue: ["network-stall"] }).extra).toEqual([]);
  });

  it("gives two labelled incidents their own answers", () => {
    const second = { ...truth, roots: [9], causes: ["long-scan-query"] };
    const { incidents } = judge(
      answer(wedge({ suspect: { pid: 9 }, cause: "long-scan-query" }), wedge()),
      label(truth, second),
    );
    expect(incidents.map(({ root, cause }) => [root, cause])).toEqual([
      [true, true],
      [true, true],
    ]);
  });

  it("takes nobody for right only where the label says so", () => {
    const nobody = answer(wedge({ suspect: null }));
    expect(judge(nobody, label(truth)).incidents[0]?.root).toBe(false);
    expect(judge(nobody, label({ ...truth, roots: [7, null] })).incidents[0]?.root).toBe(true);
    expect(judge(nobody, label({ category: "db-wedge", causes: [null] })).incidents[0]).toMatchObject({
      root: null,
      cause: false,
    });
  });
});

describe("the statistics", () => {
  it("gives Wilson's interval", () => {
    const share = shareOf([...Array(130).fill(false)]);
    expect(share.share).toBe(0);
    expect(share.high).toBeCloseTo(0.0287, 3);
    const half = shareOf([true, false]);
    expect([half.low, half.high].map((value) => Number(value.toFixed(3)))).toEqual([0.095, 0.905]);
  });

  it("gives every expected class the same weight in F1", () => {
    const pairs = [...Array(9).fill({ expected: "a", answered: "a" }), { expected: "b", answered: "a" }];
    expect(macroF1(pairs)).toBeCloseTo((18 / 19 + 0) / 2, 6);
  });

  it("measures how far confidence is from being right", () => {
    const claims = [
      ...Array(8).fill({ confidence: 0.9, right: true }),
      ...Array(2).fill({ confidence: 0.9, right: false }),
    ];
    const buckets = calibration([...claims, { confidence: 0.3, right: false }]);
    expect(buckets.map(({ from, right }) => [from, right.right, right.of])).toEqual([
      [0.3, 0, 1],
      [0.9, 8, 10],
    ]);
    expect(calibrationError(buckets)).toBeCloseTo((0.1 * 10 + 0.3) / 11, 6);
  });
});
