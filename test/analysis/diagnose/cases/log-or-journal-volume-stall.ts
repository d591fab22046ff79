import { at, ref } from "../../../support/fake-reader.js";
import { error, host, load, slowCrowd, slowLoad } from "../../../support/host-scene.js";
import type { CauseCases } from "../cause-cases.js";

const gap = (bunch: number) =>
  host({
    quiet: [{ fromMs: at(300), toMs: at(360), before: ref(), after: ref(), running: 14 }],
    load: load((s) =>
      s >= 300 && s < 360 ? { started: 0, ended: 0, medianLapseMs: null } : s === 360 ? { started: bunch } : null,
    ),
  });

export const cases: CauseCases = {
  category: "storage-stall",
  fires: {
    "silence, then everybody at once": () => gap(220),
    "the journal cannot be written": () =>
      host({ errors: [error(50, "write: /p4/1/logs/journal: Input/output error")] }),
  },
  nearMiss: {
    "lines are missing": () => gap(20),
    "a table cannot be read": () => host({ errors: [error(50, "read: /p4/1/root/db.rev: Input/output error")] }),
  },
  cannotTell: { "everybody slow, no gap": () => host({ load: slowLoad() }, slowCrowd()) },
};
