import { gone } from "../../detect/cases/peer-bound-command.js";
import { alone, type CauseCases } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "network-stall",
  fires: { "a network vanishes": () => gone(14, (index) => `10.20.1.${index + 1}`) },
  nearMiss: {
    "two clients leave": () => gone(2, (index) => `10.20.1.${index + 1}`),
    "everybody everywhere": () => gone(40, (index) => `10.${index}.1.7`),
  },
  cannotTell: { "a long sync without an rpc line": alone({ cmd: "user-sync", lapseMs: 700_000 }) },
};
