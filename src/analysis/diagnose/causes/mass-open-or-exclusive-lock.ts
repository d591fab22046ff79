import type { Cause } from "../cause.js";
import { startEvidence, writeEvidence } from "../command-evidence.js";
import { action, factsOf, signalsOf } from "../host-evidence.js";
import { text } from "../wording.js";
import { step } from "./prevention.js";

/** The server is fast, and nobody can work: somebody has all the files open. */
export const massOpenOrExclusiveLock: Cause = {
  id: "mass-open-or-exclusive-lock",
  title: "Files opened exclusively by somebody else",
  apart:
    "The server is fast; what fails are edits of +l files that somebody has open. A trigger that refuses is named in the message.",
  source: "p4 help maxresults (MaxOpenFiles); Command Reference p4 unlock.",
  role: "operation",
  explains: ["error-burst"],
  category: "error-burst",
  weigh(facts) {
    const signals = signalsOf(facts, "error-burst", "mass-open");
    const { subject } = facts;
    if (signals.length === 0) return null;
    const own = subject === null ? [] : [...startEvidence(subject), ...writeEvidence(subject, facts.reader)];
    const missing = subject === null ? ["p4 opened -a for the files, to see who has them"] : [];
    return { fit: subject === null ? 0.85 : 0.95, for: [...factsOf(signals), ...own], against: [], missing };
  },
  actions: ({ subject }) => [
    action("ask-owner", "alert", "now", {
      text: `Ask ${subject === null ? "whoever has the files open (p4 opened -a -m 100 of the path)" : text(subject.user, 40)} to revert or submit them.`,
      check: "p4 opened -a -u of that user shows the files.",
      why: "Only the owner knows whether there is work in them.",
    }),
    action("revert-for-owner", "risky", "now", {
      text: "Where the owner cannot be reached: p4 revert -C CLIENT FILE... as an administrator (it keeps the files on the owner's disk).",
      check: "The owner's manager agrees; resolves that are pending are lost.",
      why: "Edits stay on that disk but are no longer open.",
    }),
  ],
  prevention: () => [
    step("Set MaxOpenFiles for groups (p4 group), so that nobody opens a whole depot by mistake."),
    step("Use the file type +l only where files cannot be merged."),
  ],
};
