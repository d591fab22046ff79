import { command } from "../../../support/fake-reader.js";
import { host, refused } from "../../../support/host-scene.js";
import { type CauseCases, holderUnseen } from "../cause-cases.js";

const TEXT = "//depot/art/a.uasset - can't edit exclusive file already opened";
const blocked =
  (count: number, users: number, opener = true) =>
  () => {
    const { errors, commands } = refused(count, 300, TEXT, users);
    const all = command({ commandId: 1, cmd: "user-edit", args: "//depot/...", putRows: 90_000, user: "carl" });
    return host({ errors }, opener ? [all, ...commands] : commands);
  };

export const cases: CauseCases = {
  category: "error-burst",
  fires: { "somebody has them all": blocked(14, 6), "nobody knows who": blocked(14, 6, false) },
  nearMiss: { "one person wants one file": blocked(12, 1) },
  cannotTell: { "a queue whose holder nobody saw": () => holderUnseen("db.locks") },
};
