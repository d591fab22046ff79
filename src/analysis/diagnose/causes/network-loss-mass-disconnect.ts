import type { Cause } from "../cause.js";
import { action, isOngoing, never, signalsOf, tell, weighSignals } from "../host-evidence.js";
import { text } from "../wording.js";
import { step } from "./prevention.js";

/** A switch, a VPN gateway or a line: within a minute everybody behind it is gone. */
export const networkLossMassDisconnect: Cause = {
  id: "network-loss-mass-disconnect",
  title: "A network lost its way to the server",
  apart:
    "Many clients of one network lose their connections within a minute while others go on; in a crash all do, and a starting line follows.",
  source: "Messages of the 2023.2 source (Partner exited unexpectedly, TCP receive failed); the SDP runbook.",
  role: "operation",
  explains: ["network-stall", "error-burst"],
  category: "network-stall",
  resource: (facts) => signalsOf(facts, "peer-bound-command", "mass-disconnect")[0]?.resource ?? null,
  weigh(facts) {
    const missing = ["the log of the switch, VPN or firewall in between"];
    return weighSignals(signalsOf(facts, "peer-bound-command", "mass-disconnect"), 0.96, { missing });
  },
  actions: (facts) => {
    const network = text(signalsOf(facts, "peer-bound-command", "mass-disconnect")[0]?.resource.name ?? "", 60);
    return [
      tell(
        "whoever runs the network",
        `clients of ${network} lost the server all at once; others did not.`,
        "The server goes on; there is nothing to cure on it.",
        "p4 info from there and from elsewhere; the log of what stands in between.",
      ),
      action("check-leftovers", "observe", isOngoing(facts) ? "now" : "prevention", {
        text: "Look for what they left behind: p4 monitor show -ale (sessions of theirs), p4 opened -a and p4 changes -s pending of who was submitting.",
        check:
          "A submit that was cut off can be finished: p4 submit -c CHANGE, after p4 unlock -c CHANGE where it says so.",
        why: "Commands of lost clients roll back by themselves.",
      }),
      never("restart-server", "Do not restart the server for this.", "It would cut off those who still work."),
    ];
  },
  prevention: () => [
    step("Find lost clients early (net.keepalive.idle=180, net.keepalive.interval=20, net.keepalive.count=6)."),
    step("Give distant sites two ways to the server, or an edge server of their own."),
  ],
};
