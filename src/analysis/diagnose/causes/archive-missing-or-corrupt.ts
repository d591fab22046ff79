import type { Cause } from "../cause.js";
import { action, never, signalsOf, weighSignals } from "../host-evidence.js";
import { step } from "./prevention.js";

/** Single archive files are gone or damaged: the database is sound, those revisions cannot be read. */
export const archiveMissingOrCorrupt: Cause = {
  id: "archive-missing-or-corrupt",
  title: "Archive files missing or damaged",
  apart:
    "The messages name archive files and revisions, never a db.* table: metadata is sound. Thousands at once are a volume that is not mounted.",
  source: "Messages of the 2023.2 source (librarian); p4 help verify.",
  role: "operation",
  explains: ["corruption", "error-burst"],
  category: "corruption",
  resource: () => ({ kind: "server", name: "archives", mode: null }),
  weigh: (facts) => weighSignals(signalsOf(facts, "corruption", "archive"), 0.93),
  actions: () => [
    action("verify-path", "safe", "now", {
      text: "Verify the paths that the messages name, nothing more: p4 verify -q //the/path/... lists what is BAD or MISSING.",
      check: "The volume of the archives is mounted and readable by p4d's user.",
      why: "A volume that is not mounted looks like thousands of missing files.",
    }),
    action("restore-archives", "risky", "now", {
      text: "Have somebody restore the files from a replica or the backup, then verify the path again.",
      check: "The copy passes p4 verify there; keep the damaged file.",
      why: "The database knows the digests: only the right file passes.",
    }),
    never(
      "obliterate",
      "Do not obliterate or verify -v over it: that records the damage as correct.",
      "The original may still be on a replica or in a backup.",
    ),
  ],
  prevention: () => [
    step("Verify everything regularly (weekly, in batches, at night or on a replica), and read the result."),
    step("Keep archives on storage with checksums, and replicate them."),
  ],
};
