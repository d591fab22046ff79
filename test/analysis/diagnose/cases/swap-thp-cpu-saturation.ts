import { FULL_LOG } from "../../../support/fake-reader.js";
import { figure, host, load, slowCrowd, slowLoad } from "../../../support/host-scene.js";
import type { CauseCases } from "../cause-cases.js";

const capabilities = [...FULL_LOG, "vm-statistics", "syslog"] as const;
const vm = (values: Record<string, number>) => [205, 215, 225].flatMap((s) => figure("vmstat", "", s, values));

export const cases: CauseCases = {
  category: "resource-pressure",
  fires: {
    "the machine swaps": () =>
      host(
        { capabilities, measurements: vm({ swap_in_kb: 9000, swap_out_kb: 9000 }), load: slowLoad({ cpuMs: 200_000 }) },
        slowCrowd(),
      ),
    "no processor left": () =>
      host({ capabilities, measurements: vm({ idle_percent: 0 }), load: slowLoad({ cpuMs: 200_000 }) }, slowCrowd()),
  },
  nearMiss: { "busy and fast": () => host({ capabilities, measurements: vm({ idle_percent: 0 }), load: load() }) },
  cannotTell: { "everybody slow, nothing known of the machine": () => host({ load: slowLoad() }, slowCrowd()) },
};
