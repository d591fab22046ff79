import type { HarmedCommand, Signal } from "../../../contracts/signal.js";
import type { ActionDraft, Cause, IncidentFacts, Weighing } from "../cause.js";
import { startEvidence, triggerShare } from "../command-evidence.js";
import { action, isOngoing, signalsOf, weighSignals } from "../host-evidence.js";
import { fact, seconds, text } from "../wording.js";
import { step } from "./prevention.js";

/** A trigger that takes most of the command's time; inside a commit it keeps the commit's locks meanwhile. */
export const triggerHangOrSlow: Cause = {
  id: "trigger-hang-or-slow",
  title: "A slow trigger",
  apart:
    "Trigger time is most of the command's; without it the command would have been ordinary. A hung trigger leaves no line at all: the command just stays open.",
  source: "p4 help triggers; go-libp4dlog's samples; Command Reference p4 bgtask.",
  role: "operation",
  explains: ["trigger-stall", "db-wedge", "client-lock-contention", "slow-command"],
  category: "trigger-stall",
  resource(facts) {
    const [seen] = signalsOf(facts, "trigger-time", "slow", "hang", "hang-unseen");
    if (facts.draft.cluster === null && seen !== undefined) return seen.resource;
    const name = facts.subject?.triggers[0]?.name;
    return name === undefined ? null : { kind: "trigger", name, mode: null };
  },
  weigh: (facts) => hanging(facts) ?? several(facts) ?? alone(facts),
  actions: (facts) => [...seeChildren(facts), tellTriggerOwner(facts)],
  prevention: () => [
    step("Give the trigger script a time limit for everything it calls (curl -m, timeout)."),
    step(
      "Move slow work into the background (p4 bgtask, a queue): a trigger should only record that it is to be done.",
    ),
  ],
};

/** Never the p4d itself: a writer that is killed can leave a torn database. */
function seeChildren(facts: IncidentFacts): ActionDraft[] {
  if (signalsOf(facts, "trigger-time", "hang", "hang-unseen").length === 0) return [];
  return [
    action("end-trigger-script", "risky", isOngoing(facts) ? "now" : "was", {
      text: "See what the commands wait for: ps -ef --forest. With the owner's yes end the trigger's script, never the p4d above it.",
      check:
        "The process is a child of the command's pid and is the script, not p4d; its command then fails or goes on.",
      why: "p4 monitor terminate may not reach a command that waits for its trigger.",
    }),
  ];
}

/** Without its own line a hanging trigger shows only as a child of the command, or as what is missing. */
function hanging(facts: IncidentFacts): Weighing | null {
  const ofSubject = ({ harmed }: Signal) => facts.draft.cluster === null || isAmong(facts, harmed ?? []);
  const missing = ["the trigger table (p4 triggers -o) and ps -ef --forest while commands hang"];
  const seen = weighSignals(signalsOf(facts, "trigger-time", "hang").filter(ofSubject), 0.95, { missing });
  return seen ?? weighSignals(signalsOf(facts, "trigger-time", "hang-unseen").filter(ofSubject), 0.7, { missing });
}

/** Is the holder of the lock one of the commands that hang? */
function isAmong({ subject }: IncidentFacts, harmed: readonly HarmedCommand[]): boolean {
  return subject !== null && harmed.some(({ pid, atMs }) => pid === subject.pid && atMs === subject.startMs);
}

function several(facts: IncidentFacts): Weighing | null {
  return facts.draft.cluster === null ? weighSignals(signalsOf(facts, "trigger-time", "slow"), 0.96) : null;
}

function alone(facts: IncidentFacts): Weighing | null {
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
}

function tellTriggerOwner(facts: IncidentFacts): ActionDraft {
  const [seen] = signalsOf(facts, "trigger-time", "slow", "hang-unseen");
  const name = facts.subject?.triggers[0]?.name ?? seen?.resource.name;
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
