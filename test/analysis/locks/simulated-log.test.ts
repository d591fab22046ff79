import { expect, test } from "vitest";
import { parseLog } from "../../support/parse-log.js";
import { lockInput, writeEvidence } from "../../support/simulator/evidence.js";
import { simulate } from "../../support/simulator/scenarios.js";

/** The simulator's facts and the text it writes must say the same, as our own parser reads that text. */
test.each(["chain", "staircase", "one-workspace"] as const)(
  "the P4LOG of a simulated %s carries the waits the graph is judged by",
  async (scenario) => {
    const world = simulate(scenario, 7);
    const parsed = await parseLog(writeEvidence(world).log);
    const read = new Map<string, number>();
    for (const { row, tables } of parsed.commands) {
      const waited = tables.reduce(
        (sum, use) => sum + Number(use.total_read_wait_ms || 0) + Number(use.total_write_wait_ms || 0),
        0,
      );
      if (waited >= 1000) read.set(`${row.pid} ${Number(row.start_s)}`, waited);
    }
    const expected = new Map<string, number>();
    for (const command of lockInput(world, false).commands) {
      const waited = command.uses.reduce((sum, use) => sum + use.waitMs, 0);
      if (waited >= 1000) expected.set(`${command.pid} ${command.startMs / 1000}`, waited);
    }
    expect(expected.size).toBeGreaterThan(1);
    expect(read).toEqual(expected);
  },
);
