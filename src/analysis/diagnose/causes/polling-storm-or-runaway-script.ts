import type { Cause } from "../cause.js";
import { factsOf, signalsOf, weighSignals } from "../host-evidence.js";
import { programActions } from "../program-remedies.js";
import { step } from "./prevention.js";

/** A loop of cheap commands, thousands of them: one connection, one process and two log lines each. */
export const pollingStormOrRunawayScript: Cause = {
  id: "polling-storm-or-runaway-script",
  title: "One program's commands, over and over",
  apart:
    "One program's signature is most of the commands and each is cheap; a storm of many users is a crowd, a repetition after failures is retrying.",
  source: "The administrator's guide on network ports and scripts, on rejectList and on the broker.",
  role: "operation",
  explains: ["connection-storm"],
  category: "connection-storm",
  resource: (facts) => signalsOf(facts, "polling-storm", "rate", "cost")[0]?.resource ?? null,
  weigh(facts) {
    const refused = factsOf(signalsOf(facts, "connection-spike", "refused"));
    const missing = facts.reader.capabilities(facts.draft.serverId).has("table-track")
      ? []
      : ["track output of the P4LOG: what each command cost"];
    const rate = weighSignals(signalsOf(facts, "polling-storm", "rate"), 0.95, { missing });
    const cost = weighSignals(signalsOf(facts, "polling-storm", "cost"), 0.85, { missing });
    const base = rate ?? cost;
    return base === null ? null : { ...base, for: [...base.for, ...refused] };
  },
  actions: programActions,
  prevention: () => [
    step(
      "Let scripts ask for many files in one command (p4 -x FILE) over one connection, and keep what they know already.",
    ),
    step("Let a trigger or webhook tell programs of changes instead of polling."),
    step("Put a broker before automation, with rules that refuse or delay what asks too often."),
    step("Give automation a user and group of its own, with limits, and a replica to read from."),
  ],
};
