import { type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "db-wedge",
  fires: {
    "a tag over everything": wedge({ cmd: "user-tag", args: "-l nightly //..." }, { mode: "W", object: "db.label" }),
    "a label that is deleted": wedge({ cmd: "user-label", args: "-d old" }, { mode: "W", object: "label/old" }),
    "something else that holds db.label for write": wedge(
      { cmd: "user-unload", args: "-l old" },
      { mode: "W", object: "db.label" },
    ),
  },
  nearMiss: { "a tag is no holder of anything others want": wedge({ cmd: "user-files", args: "//...@nightly" }) },
  cannotTell: { "a holder that nobody saw": () => holderUnseen("db.label") },
};
