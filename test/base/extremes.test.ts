import { expect, test } from "vitest";
import { largestFirst } from "../../src/base/extremes.js";

test("the largest come first, equal ones in their order, and no more than were asked for", () => {
  const values = Float64Array.of(3, 9, 3, 7, 9, 3);
  expect(largestFirst(values, 4)).toEqual([1, 4, 3, 0]);
  expect(largestFirst(values, 10)).toEqual([1, 4, 3, 0, 2, 5]);
  expect(largestFirst(new Float64Array(0), 3)).toEqual([]);
});
