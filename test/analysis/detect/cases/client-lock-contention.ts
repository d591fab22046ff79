import { quiet, scene } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const queue = (waits: readonly number[]) =>
  scene({
    roots: [{ object: "clients/ines_ws", mode: "W", command: { cmd: "user-reconcile", args: "//ines_ws/..." } }],
    victims: waits.map((waitMs) => ({ waitMs, object: "clients/ines_ws", command: { cmd: "user-revert" } })),
    cluster: { scope: "client" },
  });

export const cases: DetectorCases = {
  fires: {
    "two commands wait long for their workspace": () => queue([12_000, 11_000]),
    "one command waits very long": () => queue([30_000]),
  },
  nearMiss: {
    "a short queue": () => queue([9000, 9000, 9000]),
    "one medium wait": () => queue([29_000]),
    "a wedge on a table": () => scene(),
  },
  cannotTell: { "no track output and no captures": () => quiet([], { capabilities: ["command-start", "monitor"] }) },
};
