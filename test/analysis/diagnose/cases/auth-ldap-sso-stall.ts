import { logins, outage, remote } from "../../detect/cases/authentication-time.js";
import { alone, type CauseCases } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "auth-stall",
  fires: {
    "logins end at the directory's limit": () => logins(5, 30_200),
    "the directory does not answer": () => outage(6),
    "a central server is slow": () => remote(),
  },
  nearMiss: {
    "people who type slowly": () => logins(5, 200, { lapseMs: 60_200, rpcRcvMs: 60_000 }),
    "wrong passwords": () => outage(6, "Authentication as cn=ines,dc=example failed. Reason: Invalid credentials"),
  },
  cannotTell: { "something else is slow": alone({ cmd: "user-fstat", args: "//depot/a/...", trackRef: null }) },
};
