import { error, figure, host } from "../../../support/host-scene.js";
import { type CauseCases, holderUnseen } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "disk-full",
  fires: {
    "the journal cannot be written": () =>
      host({ errors: [error(5, "write: /p4/1/logs/journal: No space left on device")] }),
    "no room by p4 diskspace": () =>
      host({ measurements: figure("diskspace", "P4ROOT", 10, { free_bytes: 9e6, used_percent: 100 }) }),
  },
  nearMiss: {
    "p4d refuses below its minimum": () =>
      host({
        errors: [
          error(
            5,
            "The filesystem 'P4ROOT' has only 9M free, but the server configuration requires at least 250M available.",
          ),
        ],
      }),
  },
  cannotTell: { "a queue whose holder nobody saw": () => holderUnseen("db.rev") },
};
