import type { Cause } from "../cause.js";
import { action, factsOf, isOngoing, missingHostEvidence, never, signalsOf } from "../host-evidence.js";
import { step } from "./prevention.js";

/** journal, log, logs of the SDP: the volume that every command has to append to. */
const VOLUME = /\b(?:journal|P4LOG|P4JOURNAL|\/logs?\b)/; // write: /p4/1/logs/journal: Input/output error

/** Every command must append to the log and the journal: where they cannot be written, all stop at their next line. */
export const logOrJournalVolumeStall: Cause = {
  id: "log-or-journal-volume-stall",
  title: "The volume of the log or the journal stalled",
  apart:
    "A silent gap in the log, then start lines in a bunch, for all commands alike; a gap while nothing was running is a rotated file that is missing.",
  source: "2023.2 source (each line is appended under a lock of the log file); the SDP runbook.",
  role: "operation",
  explains: ["storage-stall"],
  category: "storage-stall",
  resource: () => ({ kind: "host", name: "P4LOG", mode: null }),
  weigh(facts) {
    const gaps = signalsOf(facts, "log-gap", "bunched", "released");
    const seen = signalsOf(facts, "storage-stall", "host-evidence");
    const named = factsOf(seen).filter((one) => VOLUME.test(one.text) && !/\bdb\.\w/.test(one.text)); // not db.rev
    if (gaps.length === 0 && named.length === 0) return null;
    const fit = named.length > 0 ? 0.97 : seen.length > 0 ? 0.6 : 0.85;
    return { fit, for: [...factsOf(gaps), ...named], against: [], missing: missingHostEvidence(facts) };
  },
  actions: (facts) => [
    action("check-volume", "observe", isOngoing(facts) ? "now" : "prevention", {
      text: "Look at p4 diskspace, df and iostat -x for the volumes of P4LOG and P4JOURNAL, and at the system log, where p4d writes what it cannot log.",
      check: "The gap in the log agrees with a stall of that volume.",
      why: "Every start and end of a command is appended under a lock of the log file.",
    }),
    never(
      "delete-journal",
      "Do not delete or truncate the log or the journal while the server runs.",
      "The journal is what the database is recovered from.",
    ),
  ],
  prevention: () => [
    step("Give log and journal a fast volume of their own, apart from archives and backups."),
    step("Rotate the log before it gets huge, and sample less with track=2 or higher where the volume is the limit."),
  ],
};
