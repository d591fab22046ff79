import { scene } from "../../../support/lock-scene.js";
import { type CauseCases, holderUnseen } from "../cause-cases.js";

const queue = (root: string, waiting: readonly string[]) =>
  scene({
    roots: [{ object: "clients/art_ws", mode: "W", command: { cmd: root, args: "//art_ws/..." } }],
    victims: waiting.map((cmd) => ({ object: "clients/art_ws", command: { cmd, args: "-m //art_ws/a" } })),
    cluster: { scope: "client" },
  });

export const cases: CauseCases = {
  category: "client-lock-contention",
  fires: {
    "reconciles behind a reconcile": () => queue("user-reconcile", ["user-reconcile", "user-status", "user-reconcile"]),
  },
  nearMiss: {
    "other commands behind one reconcile": () => queue("user-reconcile", ["user-edit", "user-revert", "user-add"]),
    "one reconcile behind a submit": () => queue("dm-CommitSubmit", ["user-reconcile", "user-edit"]),
  },
  cannotTell: { "nothing but unexplained waits": () => holderUnseen("clients/art_ws") },
};
