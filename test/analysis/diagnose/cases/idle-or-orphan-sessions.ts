import { heavy, refusing, rows } from "../../detect/cases/idle-leak.js";
import { alone, type CauseCases } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "connection-storm",
  fires: {
    "sixty idle connections": () => rows(60, {}),
    "they have the memory": () => heavy(60, 2),
    "the server lets nobody else in": () => refusing(60),
  },
  nearMiss: { "people at lunch": () => rows(30, {}) },
  cannotTell: { "a slow query, no monitor capture": alone({ cmd: "user-fstat", args: "//depot/a/..." }) },
};
