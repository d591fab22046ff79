import { capturedLock, capturedProcess, quiet, scene } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const TABLES = "user domain counters nameval have working integed change desc rev revhx locks".split(" ");

/** A p4d that p4 monitor does not know read-locks `count` tables. */
const foreign = (count: number, known: boolean) =>
  scene({
    roots: [{ origin: "captured", heldMs: null, object: "db.domain", command: { cmd: "p4d", args: "", user: "" } }],
    case: {
      capabilities: ["command-start", "command-completion", "table-track", "lslocks", "monitor"],
      capturedLocks: TABLES.slice(0, count).map((name) => capturedLock({ pid: 5010, object: `db.${name}`, mode: "R" })),
      capturedProcesses: [capturedProcess({ pid: 5100 }), ...(known ? [capturedProcess({ pid: 5010 })] : [])],
    },
  });

const orphans = (tables: readonly string[], mode: "R" | "W") =>
  scene({
    roots: [],
    victims: tables.map((name) => ({ object: `db.${name}`, mode, root: null, waitMs: 25_000 })),
    cluster: { unexplainedMs: tables.length * 25_000 },
  });

export const cases: DetectorCases = {
  fires: {
    "admin checkpoint in the log": () =>
      scene({ roots: [{ object: "db.counters", command: { cmd: "user-admin", args: "checkpoint", user: "ops" } }] }),
    "a process outside the server read-locks most tables": () => foreign(12, false),
    "writers wait on many tables and nobody in the log held them": () => orphans(TABLES.slice(0, 6), "W"),
  },
  nearMiss: {
    "an ordinary query": () => scene(),
    "a command of the server holds many tables": () => foreign(12, true),
    "a process outside the server holds three tables": () => foreign(3, false),
    "an unknown holder of one table": () => orphans(["rev", "rev", "rev"], "W"),
    "readers wait too, which a checkpoint would have let in": () => orphans(TABLES.slice(0, 6), "R"),
    "a short rotation": () =>
      scene({
        roots: [{ heldMs: 2500, command: { cmd: "user-admin", args: "journal" } }],
        victims: [{ waitMs: 2200 }, { waitMs: 2100 }, { waitMs: 2000 }],
      }),
  },
  cannotTell: { "neither track output nor captures": () => quiet([], { capabilities: ["command-start"] }) },
};
