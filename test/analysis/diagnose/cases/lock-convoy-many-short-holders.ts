import { scene } from "../../../support/lock-scene.js";
import { type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "db-wedge",
  fires: {
    "many medium waits at db.user": () =>
      scene({
        roots: [],
        victims: Array.from({ length: 25 }, () => ({ object: "db.user", waitMs: 4000, root: null })),
        cluster: { convoy: true },
      }),
  },
  nearMiss: { "one long holder": wedge({ cmd: "user-unload", args: "" }, { mode: "W" }) },
  cannotTell: { "a holder that nobody saw": () => holderUnseen("db.user") },
};
