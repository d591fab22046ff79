import { type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "db-wedge",
  fires: { "a user lifts his own limits": wedge({ cmd: "user-files", args: "-zmaxScanRows=unlimited //..." }) },
  nearMiss: {
    "the server ignores it": wedge(
      { cmd: "user-files", args: "-zmaxScanRows=unlimited //..." },
      {},
      {
        case: { configurables: { "server.commandlimits": "2" } },
      },
    ),
    "no override": wedge({ cmd: "user-files", args: "//..." }),
  },
  cannotTell: { "a holder that nobody saw": () => holderUnseen("db.rev") },
};
