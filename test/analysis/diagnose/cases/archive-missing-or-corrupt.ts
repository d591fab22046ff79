import { error, host, kernel } from "../../../support/host-scene.js";
import { type CauseCases, holderUnseen } from "../cause-cases.js";

export const cases: CauseCases = {
  category: "corruption",
  fires: {
    "files that cannot be read": () =>
      host({ errors: [1, 2, 3, 4].map((s) => error(s, `Librarian checkout //depot/f${s} 1.1 failed.`)) }),
    "verify finds one missing": () =>
      host({ syslog: [kernel(5, "verify-missing", "//depot/a#1 MISSING!", { tag: "verify" })] }),
  },
  nearMiss: {
    "the database": () => host({ errors: [error(5, "BTree is corrupt!")] }),
    "one file, once": () => host({ errors: [error(5, "Librarian checkout //depot/f 1.1 failed.")] }),
  },
  cannotTell: { "a queue whose holder nobody saw": () => holderUnseen("db.rev") },
};
