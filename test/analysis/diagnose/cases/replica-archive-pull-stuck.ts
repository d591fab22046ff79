import { error, figure, host } from "../../../support/host-scene.js";
import { type CauseCases, holderUnseen } from "../cause-cases.js";

const queue = (seconds: number, total: number, active: number) =>
  figure("pull-state", "", seconds, { transfers_active: active, transfers_total: total });

export const cases: CauseCases = {
  category: "replication-stall",
  fires: {
    "a queue that grows": () => host({ measurements: [...queue(0, 12_000, 2), ...queue(300, 14_000, 2)] }),
    "transfers that fail": () =>
      host({
        errors: [1, 2, 3, 4, 5, 6].map((s) => error(s, `Transfer of librarian file '//depot/f${s} 1.1' failed.`)),
      }),
  },
  nearMiss: {
    "a queue that gets shorter": () => host({ measurements: [...queue(0, 12_000, 9), ...queue(300, 300, 9)] }),
  },
  cannotTell: { "a queue whose holder nobody saw": () => holderUnseen("rdb.lbr") },
};
