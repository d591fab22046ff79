import fc from "fast-check";
import { expect, test } from "vitest";
import { joinGroups } from "../../../src/analysis/incident/joined-groups.js";

interface Value {
  readonly keys: readonly string[];
  readonly at: number;
}

/** The simple way: every value against every group. */
function simply(values: readonly Value[], together: (a: Value, b: Value) => boolean): Value[][] {
  const groups: Value[][] = [];
  for (const value of values) {
    const hits = groups.filter((group) => group.some((member) => together(member, value)));
    for (const hit of hits) groups.splice(groups.indexOf(hit), 1);
    groups.push([...hits.flat(), value]);
  }
  return groups;
}

const value = fc.record({ keys: fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 3 }), at: fc.nat(20) });

test("groups are those of comparing everything with everything, in the same order", () => {
  const together = (a: Value, b: Value) => a.keys.some((key) => b.keys.includes(key)) && Math.abs(a.at - b.at) <= 2;
  fc.assert(
    fc.property(fc.array(value, { maxLength: 30 }), (values) => {
      expect(joinGroups(values, ({ keys }) => keys, together)).toEqual(simply(values, together));
    }),
  );
});

test("20,000 values that have little in common are not compared pair by pair", () => {
  const values = Array.from({ length: 20_000 }, (_, at) => ({ keys: [`k${at % 5000}`], at }));
  let compared = 0;
  const groups = joinGroups(
    values,
    ({ keys }) => keys,
    () => ++compared > 0,
  );
  expect(groups).toHaveLength(5000);
  expect(compared).toBeLessThan(20_000);
});
