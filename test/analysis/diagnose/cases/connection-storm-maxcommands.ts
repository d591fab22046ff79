import { crowd, full } from "../../detect/cases/connection-spike.js";
import { script } from "../../detect/cases/polling-storm.js";
import { alone, type CauseCases } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "connection-storm",
  fires: {
    "commands refused": () => full(30),
    "a crowd, and everybody is slow": () => crowd(300, 4000),
  },
  nearMiss: {
    "a crowd that hurts nobody": () => crowd(300, 100),
    "one program's loop": () => script(400, 2000),
  },
  cannotTell: { "a slow query, and nothing about the crowd": alone({ cmd: "user-fstat", args: "//depot/a/..." }) },
};
