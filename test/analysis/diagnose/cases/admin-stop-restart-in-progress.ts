import type { ServerEventFact } from "../../../../src/contracts/case-reader.js";
import { at, command } from "../../../support/fake-reader.js";
import { event, host } from "../../../support/host-scene.js";
import { alone, type CauseCases } from "../cause-cases.js";

const stop = (events: ServerEventFact[], count: number) =>
  host(
    { events },
    Array.from({ length: count }, (_, i) =>
      command({ commandId: 20 + i, startMs: at(280), lapseMs: null, user: `u${i}` }),
    ),
  );

export const cases: CauseCases = {
  category: "server-restart",
  fires: {
    "stopped while many worked": () => stop([event(295, "shutdown"), event(330, "starting")], 12),
    "a restart that became a shutdown": () =>
      stop([event(280, "restarting"), event(295, "quiesce-failed", "", [15]), event(296, "downgrading")], 3),
  },
  nearMiss: { "nobody was working": () => stop([event(295, "shutdown"), event(330, "starting")], 0) },
  cannotTell: { "a command that never ended": alone({ cmd: "user-files", args: "//depot/x/...", lapseMs: 400_000 }) },
};
