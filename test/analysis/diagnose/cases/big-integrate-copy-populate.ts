import { alone, type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "db-wedge",
  fires: {
    "a populate of a whole branch": wedge(
      { cmd: "user-populate", args: "//depot/main/... //depot/rel/..." },
      { mode: "W" },
    ),
    "an integrate in its scan": wedge({ cmd: "user-integrate", args: "-b main2rel", scanRows: 900_000 }),
  },
  nearMiss: {
    "a report": wedge({ cmd: "user-integrated", args: "//depot/..." }),
    "an integrate that was quick": alone({ cmd: "user-integrate", args: "a b", lapseMs: 9000 }),
  },
  cannotTell: { "a holder that nobody saw": () => holderUnseen("db.integed") },
};
