import type { CommandFact } from "../../../../src/contracts/case-reader.js";
import { at, command, ref } from "../../../support/fake-reader.js";
import { event, host, load } from "../../../support/host-scene.js";
import { quiet, scene } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const gap = (running: number, bunch: number, lengthS = 60, over = {}, commands: CommandFact[] = []) =>
  host(
    {
      quiet: [{ fromMs: at(300), toMs: at(300 + lengthS), before: ref(), after: ref(), running }],
      load: load((s) => {
        if (s >= 300 && s < 300 + lengthS) return { started: 0, ended: 0, medianLapseMs: null };
        return s === 300 + lengthS ? { started: bunch } : null;
      }),
      ...over,
    },
    commands,
  );

const released = (endS: number) =>
  [1, 2, 3, 4].map((n) => command({ commandId: n, startMs: at(298), lapseMs: (endS - 298 + n) * 1000 }));

export const cases: DetectorCases = {
  fires: {
    "silent for a minute, then everybody at once": () => gap(14, 200),
    "lines are missing": () => gap(14, 20),
    "what ran all ended when it went on": () => gap(4, 20, 60, {}, released(360)),
  },
  nearMiss: {
    "everybody stands in a queue for a lock": () => {
      const quiet = [{ fromMs: at(300), toMs: at(360), before: ref(), after: ref(), running: 7 }];
      const victims = [1, 2, 3, 4, 5, 6].map(() => ({ fromS: 290, waitMs: 75_000 }));
      return scene({ victims, case: { quiet, load: load() } });
    },
    "nothing was running": () => gap(0, 20),
    "a few seconds": () => gap(14, 80, 10),
    "a quiet night": () => gap(4, 2, 60, { load: load(() => ({ started: 0 })) }),
    "one command that happened to run": () => gap(1, 20, 60, {}, released(360).slice(0, 1)),
    "the server was restarted": () => gap(14, 200, 60, { events: [event(358, "starting")] }),
  },
  cannotTell: { "a log without completions": () => quiet([], { capabilities: ["command-start"] }) },
};
