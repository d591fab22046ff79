import { command } from "../../../support/fake-reader.js";
import { quiet, scene } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const sync = { cmd: "user-sync", args: "--parallel=threads=8 //ws/..." };
const waiting = (object: string, waitMs: number) => ({
  object,
  mode: "W" as const,
  waitMs,
  command: { cmd: "user-transmit", args: "-t5010 -b8" },
});
const storm = (object: string, waitMs = 30_000) =>
  scene({
    roots: [{ object, mode: "W", command: sync }],
    victims: [waiting(object, waitMs), waiting(object, waitMs), waiting(object, waitMs)],
  });

export const cases: DetectorCases = {
  fires: { "transfer children wait for db.sendq": () => storm("db.sendq") },
  nearMiss: {
    "they wait for another table": () => storm("db.have"),
    "short waits": () => storm("db.sendq", 900),
    "hundreds of children, and nobody waits": () =>
      quiet(
        Array.from({ length: 300 }, (_, index) =>
          command({ commandId: index, cmd: "user-transmit", args: "-t77 -b8", rpcSndMs: 9000 }),
        ),
      ),
  },
  cannotTell: { "no track output, no captures": () => quiet([], { capabilities: ["command-start"] }) },
};
