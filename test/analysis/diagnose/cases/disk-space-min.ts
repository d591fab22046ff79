import { error, figure, host, refused } from "../../../support/host-scene.js";
import { type CauseCases, holderUnseen } from "../cause-cases.js";

const TEXT =
  "The filesystem 'P4JOURNAL' has only 112.4M free, but the server configuration requires at least 250M available.";

export const cases: CauseCases = {
  category: "disk-full",
  fires: {
    "p4d refuses everybody": () => {
      const { errors, commands } = refused(30, 100, TEXT, 12);
      return host({ errors }, commands);
    },
    "one refusal says it all": () => host({ errors: [error(5, TEXT)] }),
  },
  nearMiss: {
    "a write that failed": () => host({ errors: [error(5, "write: /p4/1/logs/journal: No space left on device")] }),
    "91 % with room": () =>
      host({ measurements: figure("diskspace", "P4ROOT", 10, { free_bytes: 5e10, used_percent: 91 }) }),
  },
  cannotTell: { "a queue whose holder nobody saw": () => holderUnseen("db.rev") },
};
