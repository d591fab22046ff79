import { server } from "../../../support/fake-reader.js";
import { error, host, kernel, refused } from "../../../support/host-scene.js";
import { quiet } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

export const cases: DetectorCases = {
  fires: {
    "a torn table": () => host({ errors: [error(10, "Database get error on db.have!\nBTree is corrupt!")] }),
    "a journal of the master that cannot be replayed": () =>
      host({
        servers: [server({ role: "standard" })],
        errors: [error(5, "Journal file 'journal.9' replay failed at line 12!", { operation: "" })],
      }),
    "archives that cannot be read": () => {
      const { errors, commands } = refused(5, 20, "Librarian checkout //depot/a.c 1.4 failed.");
      return host({ errors }, commands);
    },
    "verify finds revisions missing": () =>
      host({
        syslog: [kernel(30, "verify-missing", "//depot/a.c#3 - edit change 12 (text) MISSING!", { tag: "verify" })],
      }),
    "a checkpoint that failed over a broken tree": () =>
      host({
        syslog: [
          kernel(30, "checkpoint-failed", "Database scan error on db.rev! BTree is corrupt!", { tag: "checkpoint" }),
        ],
      }),
  },
  nearMiss: {
    "a replica that cannot replay a record": () =>
      host({
        servers: [server({ role: "edge" })],
        errors: [error(5, "Journal file '-' replay failed at line 1!", { operation: "pull" })],
      }),
    "one archive file that could not be opened": () =>
      host({ errors: [error(5, "Librarian checkout //depot/a.c 1.4 failed.")] }),
    "a checkpoint that failed for want of room": () =>
      host({
        syslog: [
          kernel(30, "checkpoint-failed", "write: checkpoint.12: No space left on device", { tag: "checkpoint" }),
        ],
      }),
    "somebody asks for a file that is not there": () =>
      host({ errors: [error(5, "//depot/corrupt/db.rev - no such file(s).")] }),
  },
  cannotTell: { "no server log and no checkpoint log": () => quiet() },
};
