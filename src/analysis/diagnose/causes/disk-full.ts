import type { Cause } from "../cause.js";
import { signalsOf, weighSignals } from "../host-evidence.js";
import { spaceActions, spacePrevention } from "../space-remedies.js";

/** No space left on device: the write itself failed, in the journal or the database. */
export const diskFull: Cause = {
  id: "disk-full",
  title: "A full disk",
  apart:
    "A write failed (No space left on device): the journal may be cut off. Below filesys.*.min p4d refuses before it comes to that.",
  source: "The SDP runbook; messages of the 2023.2 source; p4 help configurables (filesys.*.min).",
  role: "operation",
  explains: ["disk-full", "error-burst"],
  category: "disk-full",
  resource: (facts) => signalsOf(facts, "disk-space", "full", "filling")[0]?.resource ?? null,
  weigh(facts) {
    const full = signalsOf(facts, "disk-space", "full");
    return full.length > 0 ? weighSignals(full, 0.97) : weighSignals(signalsOf(facts, "disk-space", "filling"), 0.7);
  },
  actions: spaceActions,
  prevention: spacePrevention,
};
