import { impatient, launchers } from "../../detect/cases/polling-storm.js";
import { alone, type CauseCases } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "connection-storm",
  fires: {
    "an agent asks again every minute": () => impatient(7, { lapseMs: 90_000 }),
    "its commands never completed": () => impatient(7, { lapseMs: null }),
  },
  nearMiss: {
    "twice only": () => impatient(2, { lapseMs: 90_000 }),
    "many ask the same, each after the answer": () => launchers(3000),
  },
  cannotTell: { "one long query": alone({ cmd: "user-fstat", args: "//depot/a/...", trackRef: null }) },
};
