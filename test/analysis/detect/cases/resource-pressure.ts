import { command, FULL_LOG } from "../../../support/fake-reader.js";
import { error, event, figure, host, load, slowCrowd, slowLoad } from "../../../support/host-scene.js";
import { quiet } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const paused = (count: number, ms: number) =>
  Array.from({ length: count }, (_, i) => command({ commandId: 10 + i, user: `u${i}`, pausedMs: ms }));
const pressure = event(40, "pressure", "Server under resource pressure.", [59, 0, 2, 0]);
const vm = (values: Record<string, number>) => [205, 215, 225].flatMap((s) => figure("vmstat", "", s, values));
const capabilities = [...FULL_LOG, "server-errors", "vm-statistics"] as const;

export const cases: DetectorCases = {
  fires: {
    "many commands paused": () => host({ events: [pressure] }, paused(12, 8000)),
    "a command given up after its pause": () =>
      host({ errors: [error(30, "Waited too long (300s) while command paused;  terminated.")] }),
    "the machine swaps and everybody is slow": () =>
      host(
        { capabilities, measurements: vm({ swap_in_kb: 9000, swap_out_kb: 12_000 }), load: slowLoad() },
        slowCrowd(),
      ),
    "processors stolen by other machines": () =>
      host({ capabilities, measurements: vm({ steal_percent: 45 }), load: slowLoad() }, slowCrowd()),
    "everybody computes at once": () => host({ load: slowLoad({ cpuMs: 200_000 }) }, slowCrowd()),
  },
  nearMiss: {
    "p4d reports pressure and pauses nobody": () => host({ events: [pressure] }, [command({ commandId: 1 })]),
    "pauses of a tenth of a second": () => host({ events: [pressure] }, paused(30, 120)),
    "one command paused for two seconds": () => host({ events: [pressure] }, paused(1, 2000)),
    "a busy machine that is as fast as ever": () =>
      host({ capabilities, measurements: vm({ idle_percent: 1, runnable: 40 }), load: load() }),
    "memory swapped out once, none swapped in": () =>
      host({
        capabilities,
        measurements: vm({ swap_in_kb: 0, swap_out_kb: 9000 }),
        load: slowLoad({ lockWaitMs: 200_000 }),
      }),
  },
  cannotTell: { "only captures of p4 monitor": () => quiet([], { capabilities: ["monitor"] }) },
};
