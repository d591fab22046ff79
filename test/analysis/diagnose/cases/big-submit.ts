import { alone, type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "db-wedge",
  fires: {
    "a commit of many files": wedge(
      { cmd: "dm-CommitSubmit", args: "", putRows: 400_000 },
      { mode: "W", object: "db.integed" },
    ),
    "a commit of unknown size": wedge({ cmd: "dm-CommitSubmit", args: "" }, { mode: "W", object: "meta/commit" }),
  },
  nearMiss: {
    "a commit that waits for a query is a carrier": wedge({ cmd: "user-files", args: "//..." }),
    "a commit kept by its trigger": wedge({ cmd: "dm-CommitSubmit", args: "", triggerMs: 38_000 }, { mode: "W" }),
    "a submit form left open": alone({ cmd: "user-submit", args: "", rpcRcvMs: 299_000 }),
    "an upload dialog that moved nothing": alone({
      cmd: "dm-SubmitChange",
      args: "",
      rpcRcvMs: 299_000,
      rpcMb: 0,
      lapseMs: 99_000,
    }),
  },
  cannotTell: { "a holder that nobody saw": () => holderUnseen("meta/commit") },
};
