import { COMMAND_FLAG } from "../../../../src/contracts/record-batch.js";
import { alone, type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "db-wedge",
  fires: {
    "a report over a whole depot holds a read lock": wedge({
      cmd: "user-files",
      args: "//depot/...",
      scanRows: 3_000_000,
    }),
    "a narrower report that scanned much": wedge({ cmd: "user-fstat", args: "//depot/a/b/...", scanRows: 200_000 }),
    "a sync that scanned millions of rows": wedge({ cmd: "user-sync", args: "//ws/...", scanRows: 4_000_000 }),
  },
  nearMiss: {
    "a writer": wedge({ cmd: "user-integrate", args: "//depot/... //copy/..." }, { mode: "W" }),
    "a report in a write lock": wedge({ cmd: "user-labels", args: "" }, { mode: "W" }),
    "a long peek, which blocks nobody": alone({
      cmd: "user-changes",
      args: "-m1 //depot/...",
      lapseMs: 60_000,
      scanRows: 9_000_000,
    }),
    "a slow command that scanned little": alone({
      cmd: "user-fstat",
      args: "//depot/a/...",
      scanRows: 500,
      cpuMs: 290_000,
    }),
  },
  cannotTell: {
    "a slow report of unknown rows and narrow path": alone({
      cmd: "user-fstat",
      args: "//depot/a/...",
      trackRef: null,
      flags: COMMAND_FLAG.hasStart | COMMAND_FLAG.hasCompletion,
    }),
    "a holder that nobody saw": () => holderUnseen("db.rev"),
  },
};
