import type { ServerEventFact } from "../../../../src/contracts/case-reader.js";
import { at, command, ref } from "../../../support/fake-reader.js";
import { event, host } from "../../../support/host-scene.js";
import { alone, type CauseCases } from "../cause-cases.js";

const down = (events: ServerEventFact[], count: number) =>
  host(
    { events, quiet: [{ fromMs: at(290), toMs: at(330), before: ref(), after: ref(), running: count }] },
    Array.from({ length: count }, (_, i) =>
      command({ commandId: 20 + i, startMs: at(280), lapseMs: null, user: `u${i}` }),
    ),
  );

export const cases: CauseCases = {
  category: "server-restart",
  fires: {
    "it started again and had not been stopped": () => down([event(330, "starting")], 12),
    "with transactions outstanding": () =>
      down([event(330, "starting"), event(331, "restarted-with-transactions", "", [3])], 2),
  },
  nearMiss: {
    "stopped in good order, many working": () => down([event(295, "shutdown"), event(330, "starting")], 12),
    "stopped in good order": () => down([event(295, "shutdown"), event(330, "starting")], 0),
  },
  cannotTell: { "a command that never ended": alone({ cmd: "user-files", args: "//depot/x/...", lapseMs: 400_000 }) },
};
