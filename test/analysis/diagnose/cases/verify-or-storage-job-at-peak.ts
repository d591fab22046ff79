import { job } from "../../detect/cases/maintenance-under-load.js";
import { alone, type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

export const cases: CauseCases = {
  category: ["db-wedge", "slow-command"],
  fires: {
    "a storage job that keeps writers out": wedge(
      { cmd: "user-storage", args: "-s //depot/..." },
      { object: "db.storage" },
    ),
    "a verify with -u": wedge({ cmd: "user-verify", args: "-qu //..." }, { mode: "W" }),
    "a plain verify that makes everybody's syncs slow": () =>
      job((second) => (second >= 200 && second < 400 ? 9000 : 800)),
  },
  nearMiss: {
    "a nightly verify while nobody waits": alone({ cmd: "user-verify", args: "-q //...", lapseMs: 9_000_000 }),
    "a verify that nobody notices": () => job(() => 800),
  },
  cannotTell: { "a holder that nobody saw": () => holderUnseen("db.storage") },
};
