import type { ActionDraft, Cause, IncidentFacts } from "../cause.js";
import { startEvidence, triggerShare } from "../command-evidence.js";
import { fact, seconds, text } from "../wording.js";
import { step } from "./prevention.js";

/** A trigger that takes most of the command's time; inside a commit it keeps the commit's locks meanwhile. */
export const triggerHangOrSlow: Cause = {
  id: "trigger-hang-or-slow",
  title: "A slow trigger",
  role: "operation",
  explains: ["trigger-stall", "db-wedge", "client-lock-contention", "slow-command"],
  category: "trigger-stall",
  resource({ subject }) {
    const name = subject?.triggers[0]?.name;
    return name === undefined ? null : { kind: "trigger", name, mode: null };
  },
  weigh(facts) {
    const { subject } = facts;
    const share = triggerShare(facts);
    if (subject === null || share < 0.5) return null;
    const runs = subject.triggers.slice(0, 3).map((run) => {
      return fact(`trigger ${text(run.name, 60)} took ${seconds(run.lapseMs)}`, run.lapseMs, "ms", run.ref);
    });
    const total = subject.command?.triggerMs ?? 0;
    const ref = subject.command?.trackRef ?? subject.ref;
    const sum = ref === null ? [] : [fact(`triggers of pid ${subject.pid} took ${seconds(total)}`, total, "ms", ref)];
    return {
      fit: share >= 0.7 ? 0.96 : 0.8,
      for: [...(runs.length > 0 ? runs : sum), ...startEvidence(subject)],
      against: [],
      missing: [],
    };
  },
  actions: (facts) => [tellTriggerOwner(facts)],
  prevention: () => [
    step("Give the trigger script a time limit for everything it calls (curl -m, timeout)."),
    step(
      "Move slow work into the background (p4 bgtask, a queue): a trigger should only record that it is to be done.",
    ),
  ],
};

function tellTriggerOwner(facts: IncidentFacts): ActionDraft {
  const name = facts.subject?.triggers[0]?.name;
  return {
    id: "tell-trigger-owner",
    risk: "alert",
    when: facts.subject?.alive === true ? "now" : "prevention",
    text: `Tell the owner of ${name === undefined ? "the trigger" : `trigger ${text(name, 60)}`} that commands wait for it.`,
    command: null,
    check: "The system that the trigger calls (Swarm, Jira, a build server) answers.",
    why: "Taking the trigger out of the table switches off the rule it enforces: its owner decides.",
  };
}
