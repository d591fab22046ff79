import { scene } from "../../../support/lock-scene.js";
import { type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

const sync = { cmd: "user-sync", args: "--parallel=threads=8 //ws/..." };
const at = (object: string) => ({ object, mode: "W" as const, command: { cmd: "user-transmit", args: "-t5010 -b8" } });

export const cases: CauseCases = {
  category: "db-wedge",
  fires: {
    "transmit children wait for db.sendq": () =>
      scene({
        roots: [{ object: "db.sendq", mode: "W", command: sync }],
        victims: [at("db.sendq"), at("db.sendq"), at("db.sendq")],
      }),
    "a convoy at db.sendq": () =>
      scene({
        victims: Array.from({ length: 12 }, () => ({ ...at("db.sendq"), waitMs: 6000 })),
        cluster: { convoy: true },
      }),
  },
  nearMiss: {
    "parallel syncs that wait for db.have": () =>
      scene({
        roots: [{ object: "db.have", mode: "W", command: sync }],
        victims: [at("db.have"), at("db.have"), at("db.have")],
      }),
    "a query": wedge({ cmd: "user-files", args: "//..." }),
  },
  cannotTell: { "a holder that nobody saw, of another table": () => holderUnseen("db.have") },
};
