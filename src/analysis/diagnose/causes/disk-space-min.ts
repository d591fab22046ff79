import type { Cause } from "../cause.js";
import { signalsOf, weighSignals } from "../host-evidence.js";
import { spaceActions, spacePrevention } from "../space-remedies.js";

/** Below filesys.*.min p4d refuses nearly everything, on purpose: the margin keeps the journal from being cut off. */
export const diskSpaceMin: Cause = {
  id: "disk-space-min",
  title: "A volume below its minimum of free space",
  apart:
    "p4d itself refuses, on purpose, with `has only A free, but requires at least B`; nothing was written in part.",
  source: "p4 help configurables (filesys.*.min, 250 MB); the SDP runbook.",
  role: "operation",
  explains: ["disk-full", "error-burst"],
  category: "disk-full",
  resource: (facts) => signalsOf(facts, "disk-space", "min")[0]?.resource ?? null,
  weigh: (facts) => weighSignals(signalsOf(facts, "disk-space", "min"), 0.97),
  actions: spaceActions,
  prevention: spacePrevention,
};
