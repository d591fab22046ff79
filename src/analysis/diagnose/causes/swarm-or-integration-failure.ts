import type { Signal } from "../../../contracts/signal.js";
import type { Cause, IncidentFacts } from "../cause.js";
import { action, isOngoing, signalsOf, tell, weighSignals } from "../host-evidence.js";
import { text } from "../wording.js";
import { step } from "./prevention.js";

/** First words of triggers that belong to a product, and what it is: `swarm.changesave`, `gconn-dispatch`. */
const PRODUCTS: readonly (readonly [RegExp, string])[] = [
  [/^swarm\b/i, "Swarm"], // swarm.strict.1
  [/^(?:gconn|git-?fusion|helix4git|gitconn)/i, "the Git connector"], // gconn-post-receive
  [/^(?:p4dtg|dtg)\b/i, "the defect tracking gateway"], // p4dtg.change
];

/** What a review system, a Git connector or a tracker does not answer, its triggers wait for until they give up. */
export const swarmOrIntegrationFailure: Cause = {
  id: "swarm-or-integration-failure",
  title: "A connected system that did not answer its triggers",
  apart:
    "The slow or failing trigger belongs to Swarm, a Git connector or a tracker; any other trigger is its own script's matter.",
  source: "Swarm's administration guide (queue, workers); the SDP runbook.",
  role: "operation",
  explains: ["trigger-stall"],
  category: "trigger-stall",
  resource: (facts) => own(facts)[0]?.resource ?? null,
  weigh(facts) {
    return weighSignals(own(facts), 0.97, {
      missing: ["the state of its queue (Swarm: /queue/status) and its own log"],
    });
  },
  actions: (facts) => {
    const product = productOf(own(facts)[0]);
    return [
      tell(
        `whoever runs ${product}`,
        "its triggers hold up commands of the server.",
        "The triggers wait for it, and the commands for the triggers.",
        "It answers from the server's host (Swarm: curl -m 5 https://SWARM/queue/status with its token: tasks, workers).",
      ),
      action("shorten-trigger-wait", "risky", isOngoing(facts) ? "now" : "was", {
        text: `With its owner's yes, comment the ${text(product, 40)} lines out with p4 triggers until it answers. Save p4 triggers -o first.`,
        check:
          "Whether reviews are required before a submit: without these lines nothing is checked, and events are missed.",
        why: "It takes effect at the next command; no restart is needed.",
      }),
    ];
  },
  prevention: () => [
    step(
      "Give the trigger script a short time limit for the call (curl -m), and let it pass when only an event is lost.",
    ),
    step("Watch the queue and the workers of the connected system, and alert before people notice."),
  ],
};

function own(facts: IncidentFacts): Signal[] {
  return signalsOf(facts, "trigger-time", "slow", "failure").filter(
    ({ resource }) => productName(resource.name) !== null,
  );
}

function productOf(signal: Signal | undefined): string {
  return productName(signal?.resource.name ?? "") ?? "the connected system";
}

function productName(trigger: string): string | null {
  return PRODUCTS.find(([pattern]) => pattern.test(trigger))?.[1] ?? null;
}
