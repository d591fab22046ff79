import { type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "db-wedge",
  fires: { "a reader of a kind not recognised": wedge({ cmd: "user-replicate", args: "" }, { mode: "R" }) },
  nearMiss: {
    "a recognised scan": wedge({ cmd: "user-files", args: "//..." }),
    "a write lock": wedge({ cmd: "user-unload", args: "" }, { mode: "W" }),
  },
  cannotTell: { "a holder that nobody saw": () => holderUnseen("db.rev") },
};
