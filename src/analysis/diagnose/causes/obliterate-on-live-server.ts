import type { Cause } from "../cause.js";
import { budgetEvidence, scanEvidence, startEvidence } from "../command-evidence.js";
import { blockerActions } from "../remedies.js";
import { step } from "./prevention.js";

/** Locks nearly every revision table and scans it once per argument; a preview (without -y) locks too. */
export const obliterateOnLiveServer: Cause = {
  id: "obliterate-on-live-server",
  title: "An obliterate while people worked",
  apart: "The holder's name is decisive. It locks nearly every revision table, with or without -y.",
  source: "p4 help obliterate; the administrator's guide (monitor terminate does not reach it).",
  role: "operation",
  explains: ["db-wedge", "slow-command"],
  category: null,
  weigh({ subject, reader }) {
    if (subject === null || subject.kind !== "obliterate") return null;
    const evidence = [...scanEvidence(subject, reader), ...budgetEvidence(subject), ...startEvidence(subject)];
    return { fit: 0.97, for: evidence, against: [], missing: [] };
  },
  actions: blockerActions,
  prevention: () => [
    step("Obliterate outside working hours, one path at a time; -a and -b shorten it where they apply."),
    step("Forbid obliterate where nobody needs it.", "p4 configure set run.obliterate.allow=0"),
  ],
};
