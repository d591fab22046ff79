import type { Cause } from "../cause.js";
import { action, isOngoing, signalsOf, tell, weighSignals } from "../host-evidence.js";
import { text } from "../wording.js";
import { step } from "./prevention.js";

/** A script that fails for everybody refuses everything: the server is well, and nobody can submit. */
export const triggerFailure: Cause = {
  id: "trigger-failure",
  title: "A trigger that failed for everybody",
  apart: "It refuses everybody, with the text of a broken script; a trigger that refuses some is doing its work.",
  source: "p4 help triggers; messages of the 2023.2 source (Unexpected return code from trigger).",
  role: "operation",
  explains: ["trigger-stall", "error-burst"],
  category: "trigger-stall",
  resource: (facts) => signalsOf(facts, "trigger-time", "failure")[0]?.resource ?? null,
  weigh: (facts) => weighSignals(signalsOf(facts, "trigger-time", "failure"), 0.96),
  actions: (facts) => {
    const name = text(signalsOf(facts, "trigger-time", "failure")[0]?.resource.name ?? "the trigger", 60);
    return [
      tell(
        `the owner of trigger ${name}`,
        "it fails for everybody, whatever they submit.",
        "Only its owner can tell a refusal that is meant from a script that is broken.",
        "Run the script by hand as the server's user; what it calls (a review system, a tracker) answers.",
      ),
      action("disable-trigger", "risky", isOngoing(facts) ? "now" : "was", {
        text: `With the owner's yes, comment the lines of ${name} out with p4 triggers, and back in when it works. Save p4 triggers -o first.`,
        check: "What rule it enforces: without it everything passes.",
        why: "It takes effect at the next command; no restart is needed.",
      }),
    ];
  },
  prevention: () => [
    step("Let a trigger that cannot reach what it calls decide by itself whether to pass or to refuse, and say so."),
    step(
      "Test trigger scripts on a test server after every update of their host (interpreters, modules, certificates).",
    ),
  ],
};
