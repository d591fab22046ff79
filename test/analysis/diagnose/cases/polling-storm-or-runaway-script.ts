import { command } from "../../../support/fake-reader.js";
import { quiet } from "../../../support/lock-scene.js";
import { launchers, script } from "../../detect/cases/polling-storm.js";
import { alone, type CauseCases } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "connection-storm",
  fires: {
    "a loop over cheap commands": () => script(400, 2000),
    "an expensive question that is no changes": () => launchers(3000, { cmd: "user-files", args: "//depot/main/..." }),
  },
  nearMiss: {
    "a steady rate": () => quiet([command({ commandId: 1 })]),
    "launchers that ask for changes": () => launchers(3000),
  },
  cannotTell: {
    "a slow query alone": alone({ cmd: "user-fstat", args: "//depot/a/...", trackRef: null }),
  },
};
