import { type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "db-wedge",
  fires: {
    "p4 protect -i holds db.protect": wedge({ cmd: "user-protect", args: "-i" }, { mode: "W", object: "db.protect" }),
    "a group edit": wedge({ cmd: "user-group", args: "-i devs" }, { mode: "W", object: "db.group" }),
  },
  nearMiss: {
    "a report reads db.protect": wedge({ cmd: "user-files", args: "//..." }, { object: "db.protect" }),
    "a commit": wedge({ cmd: "dm-CommitSubmit", args: "" }, { mode: "W" }),
  },
  cannotTell: { "a holder that nobody saw": () => holderUnseen("db.protect") },
};
