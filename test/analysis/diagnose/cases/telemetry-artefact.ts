import { at, command, FULL_LOG, ref } from "../../../support/fake-reader.js";
import { host, load } from "../../../support/host-scene.js";
import { quiet } from "../../../support/lock-scene.js";
import { type CauseCases, holderUnseen } from "../cause-cases.js";

const gap = (bunch: number, lengthS: number) =>
  host({
    window: { firstMs: at(0), lastMs: at(4600) },
    quiet: [{ fromMs: at(300), toMs: at(300 + lengthS), before: ref(), after: ref(), running: 9 }],
    load: load((s) =>
      s >= 300 && s < 300 + lengthS
        ? { started: 0, ended: 0, medianLapseMs: null }
        : s === 300 + lengthS
          ? { started: bunch }
          : null,
    ),
  });

export const cases: CauseCases = {
  category: "unknown",
  fires: {
    "a hole in the log": () => gap(20, 60),
    "a clock that went an hour ahead": () => gap(20, 3600),
    "a log of starts only": () =>
      quiet(
        Array.from({ length: 300 }, (_, commandId) => command({ commandId })),
        { capabilities: ["command-start"] },
      ),
  },
  nearMiss: {
    "everybody at once behind the hole": () => gap(200, 60),
    "a full log": () => quiet([], { capabilities: FULL_LOG }),
  },
  cannotTell: { "a queue whose holder nobody saw": () => holderUnseen("db.rev") },
};
