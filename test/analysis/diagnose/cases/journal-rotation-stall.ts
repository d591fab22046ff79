import { quiet } from "../../../support/lock-scene.js";
import { type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "checkpoint-under-load",
  fires: {
    "p4 admin journal takes a minute": wedge({ cmd: "user-admin", args: "journal", user: "ops" }, { heldMs: 60_000 }),
  },
  nearMiss: {
    "a checkpoint": wedge({ cmd: "user-admin", args: "checkpoint", user: "ops" }),
    "no rotation at all": () => quiet(),
  },
  cannotTell: { "a holder that nobody saw": () => holderUnseen("db.counters") },
};
