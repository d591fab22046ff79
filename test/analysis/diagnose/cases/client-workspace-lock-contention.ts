import { scene } from "../../../support/lock-scene.js";
import { type CauseCases, holderUnseen, wedge } from "../cause-cases.js";

const queue = (cmd: string, count: number) =>
  scene({
    roots: [{ object: "clients/ci_ws", mode: "W", command: { cmd, args: "" } }],
    victims: Array.from({ length: count }, () => ({ object: "clients/ci_ws", command: { cmd: "user-edit" } })),
    cluster: { scope: "client" },
  });

export const cases: CauseCases = {
  category: "client-lock-contention",
  fires: {
    "edits behind a long reconcile": () => queue("user-reconcile", 3),
    "a big queue behind one workspace's submit is still no wedge": () => queue("dm-CommitSubmit", 25),
  },
  nearMiss: { "a wedge on a table": wedge({ cmd: "user-files", args: "//..." }) },
  cannotTell: { "waits for a table, holder unseen": () => holderUnseen("db.have") },
};
