import { alone, type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "db-wedge",
  fires: {
    "with -y": wedge({ cmd: "user-obliterate", args: "-y //depot/old/..." }, { mode: "W" }),
    "a preview locks as long": wedge({ cmd: "user-obliterate", args: "//depot/old/..." }, { mode: "R" }),
  },
  nearMiss: {
    "a quick one": alone({ cmd: "user-obliterate", args: "-y //depot/a", lapseMs: 20_000 }),
    "a path with that word": wedge({ cmd: "user-files", args: "//depot/obliterate/..." }),
  },
  cannotTell: { "a holder that nobody saw": () => holderUnseen("db.revhx") },
};
