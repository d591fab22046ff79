import { figure, host } from "../../../support/host-scene.js";
import { type CauseCases, holderUnseen } from "../cause-cases.js";

const pull = (seconds: number, own: number, master: number) =>
  figure("pull-state", "", seconds, {
    replica_journal: 9,
    replica_sequence: own,
    master_journal: 9,
    master_sequence: master,
    behind_bytes: master - own,
  });
const MB = 1024 ** 2;

export const cases: CauseCases = {
  category: "replication-stall",
  fires: {
    "far behind and moving": () =>
      host({ measurements: [...pull(0, 10 * MB, 800 * MB), ...pull(300, 30 * MB, 900 * MB)] }),
  },
  nearMiss: {
    "far behind and not moving": () => host({ measurements: [...pull(0, 10, 800 * MB), ...pull(1000, 10, 900 * MB)] }),
    "a little behind": () => host({ measurements: pull(0, 10, 3 * MB) }),
  },
  cannotTell: { "a queue whose holder nobody saw": () => holderUnseen("rdb.lbr") },
};
