import type { Cause } from "../cause.js";
import { budgetEvidence, rowsKnown, SCAN_ROWS, scanEvidence, startEvidence } from "../command-evidence.js";
import { signalsOf, weighSignals } from "../host-evidence.js";
import { blockerActions } from "../remedies.js";
import { text } from "../wording.js";
import { step } from "./prevention.js";

/** Processor time without rows: the server joins mappings of a view, a branch or the protections. */
export const mapViewProtectComplexity: Cause = {
  id: "map-view-protect-complexity",
  title: "A view, branch or protection table that is costly to evaluate",
  apart: "Processor time without rows, for all commands of that workspace or user; a scan has rows.",
  source: "Perforce KB 1238 and 3124 (views, wildcards); p4 help configurables (map.joinmax).",
  role: "operation",
  explains: ["slow-command"],
  category: null,
  weigh(facts) {
    const { subject, reader } = facts;
    const often = signalsOf(facts, "long-compute").filter(({ severity }) => severity !== "info");
    if (often.length > 0) return weighSignals(often, 0.93, { missing: ["the client view and protections"] });
    const budget = subject?.budget;
    if (subject == null || budget == null || !rowsKnown(subject)) return null;
    const rows = subject.command?.scanRows ?? 0;
    const cpuMs = budget.cpuMs ?? 0;
    if (cpuMs * 10 < budget.lapseMs * 7 || rows >= SCAN_ROWS / 10) return null;
    if (["submit", "obliterate", "label", "verify", "checkpoint", "journal"].includes(subject.kind)) return null;
    const evidence = [...budgetEvidence(subject), ...startEvidence(subject)];
    return {
      fit: 0.85,
      for: [...evidence, ...scanEvidence(subject, reader)],
      against: [],
      missing: ["the client view and protections"],
    };
  },
  actions: blockerActions,
  prevention: ({ subject }) => [
    step(
      `Simplify the view of ${text(subject?.workspace ?? "the workspace", 60)}: no wildcards inside paths, fewer exclusions.`,
    ),
    step("Keep the protection table short; write //depot/x/... explicitly instead of //.../x/...."),
  ],
};
