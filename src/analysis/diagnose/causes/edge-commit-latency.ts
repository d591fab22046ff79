import type { Cause } from "../cause.js";
import { action, factsOf, signalsOf } from "../host-evidence.js";
import { text } from "../wording.js";
import { step } from "./prevention.js";

/** The edge itself is fine: it waits for its commit server, or for the way there. */
export const edgeCommitLatency: Cause = {
  id: "edge-commit-latency",
  title: "The edge waited for its commit server",
  apart:
    "Commands that an edge answers alone stay fast, and nobody waits for a lock on the edge; a slow client shows in snd and rcv of its own line instead.",
  source: "Track output `--- rpc (address)`; Perforce KB 3847 (commit-edge).",
  role: "operation",
  explains: ["replication-stall", "slow-command", "network-stall"],
  category: "replication-stall",
  resource: (facts) => signalsOf(facts, "edge-commit-latency")[0]?.resource ?? null,
  weigh(facts) {
    const signals = signalsOf(facts, "edge-commit-latency");
    if (signals.length === 0) return null;
    const unseen = signals.every((signal) => signal.facts.length < 2);
    const missing = unseen ? ["the log of the commit server for the same time"] : [];
    return { fit: unseen ? 0.88 : 0.94, for: factsOf(signals), against: [], missing };
  },
  actions: (facts) => {
    const address = signalsOf(facts, "edge-commit-latency")[0]?.resource.name ?? "the commit server";
    return [
      action("look-upstream", "observe", "now", {
        text: `Look at ${text(address, 60)} for the same time: its log, p4 monitor show -ale there, and the round trip between the two hosts.`,
        check: "Commands that an edge answers alone were fast meanwhile.",
        why: "Either the commit server was busy or blocked, or the line was slow; nothing on the edge helps.",
      }),
    ];
  },
  prevention: () => [
    step("Keep the round trip short; give servers an ExternalAddress and parallel pulls, and several pull -u threads."),
    step("Let commit server and edges be watched together, and move workspaces to where their people are."),
  ],
};
