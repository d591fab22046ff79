import { figure, host, refused } from "../../../support/host-scene.js";
import { type CauseCases, holderUnseen } from "../cause-cases.js";

const pull = (seconds: number, own: number, master: number) =>
  figure("pull-state", "", seconds, {
    replica_journal: 9,
    replica_sequence: own,
    master_journal: 9,
    master_sequence: master,
    behind_bytes: master - own,
  });

export const cases: CauseCases = {
  category: "replication-stall",
  fires: {
    "the position stands still": () => host({ measurements: [...pull(0, 10, 900), ...pull(1000, 10, 90_000)] }),
    "its service user has no ticket": () => {
      const { errors, commands } = refused(20, 50, "Perforce password (P4PASSWD) invalid or unset.");
      return host({ errors: errors.map((one) => ({ ...one, operation: "rmt-Journal" })) }, commands);
    },
  },
  nearMiss: { "nothing to fetch": () => host({ measurements: [...pull(0, 900, 900), ...pull(1000, 900, 900)] }) },
  cannotTell: { "a queue whose holder nobody saw": () => holderUnseen("rdb.lbr") },
};
