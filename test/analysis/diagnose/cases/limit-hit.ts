import { host, refused } from "../../../support/host-scene.js";
import { type CauseCases, holderUnseen } from "../cause-cases.js";

const hits =
  (count: number, users: number, text = "Operation took too long (over 30.0 seconds); see 'p4 help maxlocktime'.") =>
  () => {
    const { errors, commands } = refused(count, 50, text, users);
    return host({ errors }, commands);
  };

export const cases: CauseCases = {
  category: "error-burst",
  fires: { "many users at a limit": hits(20, 8) },
  nearMiss: { "one command": hits(1, 1), "people's own mistakes": hits(80, 20, "//depot/x - no such file(s).") },
  cannotTell: { "a queue whose holder nobody saw": () => holderUnseen("db.rev") },
};
