import { type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "db-wedge",
  fires: {
    "a writer of a kind not recognised": wedge(
      { cmd: "user-unload", args: "-c old_ws" },
      { mode: "W", object: "db.have" },
    ),
  },
  nearMiss: {
    "a recognised operation": wedge({ cmd: "user-obliterate", args: "-y //a/..." }, { mode: "W" }),
    "a read lock": wedge({ cmd: "user-renameuser", args: "--from=a --to=b" }, { mode: "R" }),
  },
  cannotTell: { "a holder that nobody saw": () => holderUnseen("db.have") },
};
