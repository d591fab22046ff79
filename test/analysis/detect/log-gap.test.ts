import { expect, it } from "vitest";
import { runDetectors } from "../../../src/analysis/detect/detect.js";
import type { CommandFact } from "../../../src/contracts/case-reader.js";
import { at, command, ref } from "../../support/fake-reader.js";
import { host, load } from "../../support/host-scene.js";

/** Four commands were open when the log fell silent for eleven minutes; all end in its first second. */
function kindOf(commands: CommandFact[]): string | undefined {
  const toS = 960;
  const context = host(
    {
      quiet: [{ fromMs: at(300), toMs: at(toS), before: ref(), after: ref(), running: commands.length }],
      load: load((s) => (s >= 300 && s < toS ? { started: 0, ended: 0, medianLapseMs: null } : null)),
    },
    commands,
  );
  const run = runDetectors(context, {}).find(({ detector }) => detector === "log-gap");
  return run?.status === "fired" ? run.signals[0]?.kind : undefined;
}

const endedAt960 = (lapseMs: number) =>
  [1, 2, 3, 4].map((n) => command({ commandId: n, startMs: at(298), endMs: at(960), lapseMs }));

it("takes commands that ran all the while for a log that stood still", () => {
  expect(kindOf(endedAt960(661_900))).toBe("released");
});

it("takes commands that p4d says ran for seconds for a clock that was set", () => {
  expect(kindOf(endedAt960(2400))).toBe("clock-jump");
});
