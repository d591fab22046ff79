import { alone, type CauseCases } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "network-stall",
  fires: {
    "a sync over a bad line": alone({ cmd: "user-sync", rpcSndMs: 280_000, rpcMb: 30 }),
    "a print that the client reads slowly": alone({ cmd: "user-print", rpcSndMs: 250_000, rpcMb: 5 }),
    "a report to a slow client": alone({
      cmd: "user-files",
      args: "//depot/a/...",
      rpcSndMs: 250_000,
      rpcMb: 5,
      scanRows: 900,
    }),
  },
  nearMiss: {
    "a submit's upload": alone({ cmd: "dm-SubmitChange", args: "", rpcRcvMs: 290_000, rpcMb: 5000 }),
    "a big sync at a fair rate": alone({ cmd: "user-sync", rpcSndMs: 290_000, rpcMb: 9000 }),
    "a sync that computes": alone({ cmd: "user-sync", cpuMs: 280_000, scanRows: 2_000_000 }),
  },
  cannotTell: { "a long sync without an rpc line": alone({ cmd: "user-sync", lapseMs: 700_000 }) },
};
