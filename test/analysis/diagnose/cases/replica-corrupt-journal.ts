import { server } from "../../../support/fake-reader.js";
import { error, host } from "../../../support/host-scene.js";
import { capturedProcess } from "../../../support/lock-scene.js";
import { type CauseCases, holderUnseen } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "replication-stall",
  fires: {
    "the background row says so": () =>
      host({
        capturedProcesses: [
          capturedProcess({ pid: 14, state: "B", cmd: "pull", args: "-i 1 Journal file '-' replay failed at line 1!" }),
        ],
      }),
    "the replica's log says so": () =>
      host({
        servers: [server({ role: "edge" })],
        errors: [error(5, "Bad opcode '17' journal record!", { operation: "pull" })],
      }),
  },
  nearMiss: {
    "the master's own journal": () =>
      host({
        servers: [server({ role: "standard" })],
        errors: [error(5, "Journal file 'j.9' replay failed at line 2!", { operation: "" })],
      }),
  },
  cannotTell: { "a queue whose holder nobody saw": () => holderUnseen("rdb.lbr") },
};
