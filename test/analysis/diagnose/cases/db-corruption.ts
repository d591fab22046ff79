import { server } from "../../../support/fake-reader.js";
import { error, host } from "../../../support/host-scene.js";
import { type CauseCases, holderUnseen } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "corruption",
  fires: {
    "a torn table": () => host({ errors: [error(5, "Database get error on db.have!\nBTree is corrupt!")] }),
    "beside a full disk it still comes first": () =>
      host({ errors: [error(3, "write: journal: No space left on device"), error(5, "BTree is corrupt!")] }),
  },
  nearMiss: {
    "a replica's record": () =>
      host({
        servers: [server({ role: "replica" })],
        errors: [error(5, "Bad opcode '17' journal record!", { operation: "pull" })],
      }),
    "an archive file": () =>
      host({ errors: [1, 2, 3, 4].map((s) => error(s, `Librarian checkout //depot/f${s} 1.1 failed.`)) }),
  },
  cannotTell: { "a queue whose holder nobody saw": () => holderUnseen("db.have") },
};
