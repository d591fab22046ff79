import type { Cause } from "../cause.js";
import { budgetEvidence, movedEvidence, startEvidence } from "../command-evidence.js";
import { text } from "../wording.js";
import { step } from "./prevention.js";

/** The server had nothing to do but send to, or wait for, its client. */
export const slowClientOrNetwork: Cause = {
  id: "slow-client-or-network",
  title: "A slow client or network",
  role: "operation",
  explains: ["network-stall", "slow-command"],
  category: "network-stall",
  weigh({ subject }) {
    const budget = subject?.budget;
    if (subject == null || budget == null || budget.dominant !== "peer") return null;
    const fit = subject.kind === "submit" ? 0.5 : 0.93;
    return {
      fit,
      for: [...budgetEvidence(subject), ...movedEvidence(subject), ...startEvidence(subject)],
      against: [],
      missing: [],
    };
  },
  actions: ({ subject }) => [
    {
      id: "tell-owner",
      risk: "alert",
      when: subject?.alive === true ? "now" : "prevention",
      text: `Look at the network path and the disk of ${text(subject?.ip ?? "the client", 45)}: the server waited for it.`,
      command: null,
      check: "p4 info takes long from there too, and not from elsewhere.",
      why: "Nobody else waits for this command; nothing on the server needs to be stopped.",
    },
  ],
  prevention: () => [
    step("Serve distant sites by a proxy or an edge server; parallel sync where the distance is long."),
    step("Let the operating systems tune TCP windows (net.autotune), and keep dead connections away (net.keepalive)."),
  ],
};
