import { at, command } from "../../../support/fake-reader.js";
import { quiet } from "../../../support/lock-scene.js";
import { alone, type CauseCases } from "../cause-cases.js";

const run = (commandId: number, over = {}) =>
  command({
    commandId,
    startMs: at(commandId * 130),
    lapseMs: 110_000,
    cmd: "user-changes",
    args: `-m1 //depot/game/...@${5000 + commandId},#head`,
    user: "buildfarm",
    app: "jenkins p4-plugin",
    scanRows: 20_000_000,
    ...over,
  });

export const cases: CauseCases = {
  category: "connection-storm",
  fires: { "a build system asks again and again": () => quiet([1, 2, 3, 4].map((id) => run(id))) },
  nearMiss: {
    "one expensive changes": alone({ cmd: "user-changes", args: "//depot/...", scanRows: 20_000_000 }),
    "different users, once each": () => quiet([1, 2, 3].map((id) => run(id, { user: `user${id}` }))),
    "the same user, other programs": () => quiet([1, 2, 3].map((id) => run(id, { app: `tool ${id}` }))),
  },
  cannotTell: { "a slow query of unknown rows": alone({ cmd: "user-fstat", args: "//depot/a/...", trackRef: null }) },
};
