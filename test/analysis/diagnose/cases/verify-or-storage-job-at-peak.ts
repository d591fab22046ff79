import { alone, type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "db-wedge",
  fires: {
    "a storage job that keeps writers out": wedge(
      { cmd: "user-storage", args: "-s //depot/..." },
      { object: "db.storage" },
    ),
    "a verify with -u": wedge({ cmd: "user-verify", args: "-qu //..." }, { mode: "W" }),
  },
  nearMiss: {
    "a nightly verify while nobody waits": alone({ cmd: "user-verify", args: "-q //...", lapseMs: 9_000_000 }),
  },
  cannotTell: { "a holder that nobody saw": () => holderUnseen("db.storage") },
};
