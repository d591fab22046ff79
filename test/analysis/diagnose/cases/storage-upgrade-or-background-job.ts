import { type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "db-wedge",
  fires: {
    "ldapsync holds the user table": wedge(
      { cmd: "ldapsync", args: "-g -i 1800", user: "svc_ldap" },
      { object: "db.user", mode: "W" },
    ),
    "the storage upgrade keeps others out": wedge(
      { cmd: "user-storage", args: "-w" },
      { object: "storageup/storageup", mode: "W" },
    ),
  },
  nearMiss: {
    "a command that shares the upgrade's lock": wedge(
      { cmd: "user-files", args: "//..." },
      { object: "storageup/storageup", mode: "R" },
    ),
  },
  cannotTell: { "a holder that nobody saw": () => holderUnseen("storageup/storageup") },
};
