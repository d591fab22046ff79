import type { Capability } from "../../../../src/contracts/evidence.js";
import { command, FULL_LOG } from "../../../support/fake-reader.js";
import { quiet } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const log = (count: number, capabilities: readonly Capability[]) =>
  quiet(
    Array.from({ length: count }, (_, commandId) => command({ commandId })),
    { capabilities },
  );

export const cases: DetectorCases = {
  fires: {
    "starts only": () => log(500, ["command-start"]),
    "no track output": () => log(500, ["command-start", "command-completion"]),
  },
  nearMiss: { "a full log": () => log(500, FULL_LOG), "a handful of lines": () => log(5, ["command-start"]) },
  cannotTell: { "no log": () => quiet([], { capabilities: ["monitor"] }) },
};
