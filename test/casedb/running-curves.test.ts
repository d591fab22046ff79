import fc from "fast-check";
import { expect, test } from "vitest";
import { CommandColumns, NO_SECOND } from "../../src/casedb/command-columns.js";
import { runningCurve } from "../../src/casedb/concurrency-reader.js";
import { RunningCurves } from "../../src/casedb/running-curves.js";
import { COMMAND_FLAG } from "../../src/contracts/record-batch.js";

const second = fc.integer({ min: 1000, max: 1060 });
const row = fc.record({
  start: fc.option(second, { nil: NO_SECOND }),
  lasts: fc.option(fc.integer({ min: -1, max: 30 }), { nil: null }),
  flags: fc.constantFrom(0, COMMAND_FLAG.noCompletionKind),
});

test("curves counted once are those counted for each stretch, also where a clock went back", () => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 40 }),
      fc.array(fc.tuple(second, second), { maxLength: 5 }),
      (rows, spans) => {
        const columns = new CommandColumns(rows.length);
        rows.forEach(({ start, lasts, flags }, i) => {
          columns.startS[i] = start;
          columns.endS[i] = lasts === null || start === NO_SECOND ? NO_SECOND : start + lasts;
          columns.flags[i] = flags;
        });
        const curves = new RunningCurves(columns);
        for (const [from, to] of spans) {
          const [a, b] = [Math.min(from, to) * 1000, Math.max(from, to) * 1000];
          expect(curves.of(a, b)).toEqual(runningCurve(columns, a, b));
        }
      },
    ),
  );
});
