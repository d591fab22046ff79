import { command } from "../../../support/fake-reader.js";
import { error, event, host } from "../../../support/host-scene.js";
import { alone, type CauseCases } from "../cause-cases.js";

const paused = (count: number, ms: number) =>
  Array.from({ length: count }, (_, i) =>
    command({ commandId: 10 + i, user: `u${i}`, pausedMs: ms, lapseMs: ms + 500 }),
  );

export const cases: CauseCases = {
  category: "resource-pressure",
  fires: {
    "many commands paused": () => host({ events: [event(20, "pressure", "", [60, 0, 2, 0])] }, paused(12, 8000)),
    "commands given up": () => host({ errors: [error(30, "Too many commands paused;  terminated.")] }),
    "one command paused for minutes": alone({ pausedMs: 280_000 }),
  },
  nearMiss: { "pauses of a moment": () => host({}, paused(12, 200)) },
  cannotTell: { "a slow command without a pause figure": alone({ cmd: "user-files", args: "//depot/x/..." }) },
};
