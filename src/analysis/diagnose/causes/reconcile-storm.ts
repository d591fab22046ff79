import { classify } from "../../../base/perforce-command.js";
import type { Cause } from "../cause.js";
import { startEvidence } from "../command-evidence.js";
import { blockerActions } from "../remedies.js";
import { fact } from "../wording.js";
import { step } from "./prevention.js";

/** An IDE plugin that reconciles file by file: dozens of `reconcile` behind one long one. */
export const reconcileStorm: Cause = {
  id: "reconcile-storm",
  title: "Many reconciles of one workspace at once",
  apart: "Most of those who queue for the one workspace are reconcile, status or clean.",
  source: "monitor_metrics of p4prometheus (samples); go-libp4dlog's samples.",
  role: "operation",
  explains: ["client-lock-contention"],
  category: "client-lock-contention",
  weigh({ draft, analysis, subject }) {
    const reconciles = draft.victims.filter((victim) => {
      const actor = analysis.actors.get(victim.actor);
      return actor !== undefined && classify(actor.cmd, actor.args) === "reconcile";
    });
    const first = reconciles[0]?.refs[0];
    const parties = draft.victims.length + (subject === null ? 0 : 1);
    const count = reconciles.length + (subject?.kind === "reconcile" ? 1 : 0);
    if (first === undefined || count < 3 || count * 2 < parties) return null;
    // Behind another kind of command they only queue: it is what took long.
    if (subject !== null && subject.kind !== "reconcile") return null;
    const words = `${count} of the ${parties} commands in this queue are reconcile, status or clean, this one among them`;
    const start = subject === null ? [] : startEvidence(subject);
    return { fit: 0.95, for: [fact(words, count, "commands", first), ...start], against: [], missing: [] };
  },
  actions: blockerActions,
  prevention: () => [
    step("Reconcile narrower paths, with -m, and configure the IDE plugin not to reconcile file by file."),
    step("Give automation its own workspaces."),
  ],
};
