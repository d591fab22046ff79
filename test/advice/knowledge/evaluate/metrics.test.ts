import { describe, expect, it } from "vitest";
import { ndcgAt, recallAt, reciprocalRank } from "../../../../src/advice/knowledge/evaluate/metrics.js";

describe("retrieval metrics", () => {
  it("counts the relevant documents among the first k", () => {
    expect(recallAt(5, ["a", "x", "b"], { a: 3, b: 2, c: 2, d: 1 })).toBeCloseTo(2 / 3);
    expect(recallAt(2, ["x", "a", "b"], { a: 3, b: 2 })).toBe(0.5);
    expect(recallAt(1, ["a"], { a: 3, b: 2 })).toBe(1); // k has room for one
    expect(recallAt(5, [], { a: 3 })).toBe(0);
  });

  it("agrees with nDCG computed by hand", () => {
    // Gains 7, 0, 3 at ranks 1, 2, 3: 7 + 3 / log2(4) = 8.5; at best 7 + 3 / log2(3) = 8.8928.
    expect(ndcgAt(10, ["a", "x", "b"], { a: 3, b: 2 })).toBeCloseTo(8.5 / 8.892789, 5);
    expect(ndcgAt(10, ["a", "b"], { a: 3, b: 2 })).toBe(1);
    expect(ndcgAt(1, ["x", "a"], { a: 3 })).toBe(0);
  });

  it("looks for the first helpful document", () => {
    expect(reciprocalRank(10, ["x", "y", "a"], { a: 2, y: 1 })).toBeCloseTo(1 / 3);
    expect(reciprocalRank(2, ["x", "y", "a"], { a: 2 })).toBe(0);
  });
});
