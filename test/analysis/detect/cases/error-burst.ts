import { command } from "../../../support/fake-reader.js";
import { error, host, refused } from "../../../support/host-scene.js";
import { quiet } from "../../../support/lock-scene.js";
import type { DetectorCases } from "../detector-cases.js";

const many = (count: number, users: number, text: string) => {
  const { errors, commands } = refused(count, 100, text, users);
  return host({ errors }, commands);
};
const NEW = "Unrecoverable lock error '/p4/1/root/server.locks/clients/3,d/ws' (bad file descriptor).";

export const cases: DetectorCases = {
  fires: {
    "an error that was never seen before": () => many(40, 12, NEW),
    "limits hit by many": () => many(15, 6, "Operation took too long (over 30.0 seconds); see 'p4 help maxlocktime'."),
    "limits hit by one script": () => many(30, 1, "Too many rows scanned (over 250000); see 'p4 help maxscanrows'."),
    "files opened exclusively by somebody who opened them all": () => {
      const { errors, commands } = refused(
        14,
        300,
        "//depot/art/a.uasset - can't edit exclusive file already opened",
        6,
      );
      const opener = command({ commandId: 1, cmd: "user-edit", args: "//depot/...", putRows: 90_000, user: "carl" });
      return host({ errors }, [opener, ...commands]);
    },
  },
  nearMiss: {
    "people's own mistakes": () => many(200, 40, "//depot/x/... - no such file(s)."),
    "one script in a loop": () => many(200, 1, NEW),
    "an error that this log always has": () => {
      const { errors, commands } = refused(500, 1, NEW, 30);
      const spread = errors.map((one, index) => ({ ...one, atMs: (one.atMs ?? 0) + index * 140_000 }));
      return host({ errors: spread }, commands);
    },
    "one command at a limit": () => many(1, 1, "Request too large (over 50000); see 'p4 help maxresults'."),
    "lost connections": () => many(60, 30, "Connection from 10.1.2.3 broken."),
    "one person who wants a file that is locked": () =>
      many(12, 1, "//depot/a - can't edit exclusive file already opened"),
    "a full disk has its own detector": () => many(60, 30, "write: journal: No space left on device"),
    "one error": () => host({ errors: [error(5, NEW)] }),
  },
  cannotTell: { "a case without a server log": () => quiet([], { capabilities: ["monitor"] }) },
};
