import { capturedLock, capturedProcess, scene } from "../../../support/lock-scene.js";
import { type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

const TABLES = "user domain counters nameval have working integed change desc rev revhx locks".split(" ");

const orphans = (tables: readonly string[]) =>
  scene({
    roots: [],
    victims: tables.map((name) => ({ object: `db.${name}`, root: null, waitMs: 25_000 })),
    cluster: { unexplainedMs: tables.length * 25_000 },
  });

export const cases: CauseCases = {
  category: "checkpoint-under-load",
  fires: {
    "p4 admin checkpoint": wedge({ cmd: "user-admin", args: "checkpoint -Z", user: "ops" }),
    "p4 admin dump": wedge({ cmd: "user-admin", args: "dump", user: "ops" }),
    "p4d -jc, seen by lslocks only": () =>
      scene({
        roots: [
          { origin: "captured", heldMs: null, object: "db.domain", command: { cmd: "p4d_1", args: "", user: "" } },
        ],
        case: {
          capturedLocks: TABLES.map((name) => capturedLock({ pid: 5010, object: `db.${name}`, mode: "R" })),
          capturedProcesses: [capturedProcess({ pid: 5100 })],
        },
      }),
    "p4d -jc, known only from its shadow": () => orphans(TABLES.slice(0, 6)),
  },
  nearMiss: {
    "p4 admin journal": wedge({ cmd: "user-admin", args: "journal", user: "ops" }),
    "a query": wedge({ cmd: "user-files", args: "//checkpoint/..." }),
  },
  cannotTell: { "waits on one table only, holder unseen": () => holderUnseen("db.rev", 6) },
};
