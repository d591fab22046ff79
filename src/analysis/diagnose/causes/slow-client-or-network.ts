import type { Cause, IncidentFacts, SubjectFacts, Weighing } from "../cause.js";
import { budgetEvidence, movedEvidence, startEvidence } from "../command-evidence.js";
import { signalsOf, weighSignals } from "../host-evidence.js";
import { text } from "../wording.js";
import { step } from "./prevention.js";

/** The server had nothing to do but send to, or wait for, its client. */
export const slowClientOrNetwork: Cause = {
  id: "slow-client-or-network",
  title: "A slow client or network",
  apart: "Most of the time is in snd or rcv and nobody waits; with lock waits of its own the command is a victim.",
  source: "Perforce KB on isolating network problems, and 3751 (net.maxwait).",
  role: "operation",
  explains: ["network-stall", "slow-command"],
  category: "network-stall",
  resource: (facts) => signalsOf(facts, "peer-bound-command", "client", "proxy", "site")[0]?.resource ?? null,
  weigh(facts) {
    const many = weighSignals(signalsOf(facts, "peer-bound-command", "client", "site"), 0.95);
    const proxied = weighSignals(signalsOf(facts, "peer-bound-command", "proxy"), 0.75, {
      missing: ["the log of the proxy (p4p): whether it is the proxy or the line behind it"],
    });
    return many ?? proxied ?? alone(facts.subject);
  },
  actions: (facts) => [
    {
      id: "tell-owner",
      risk: "alert",
      when: facts.subject?.alive === true ? "now" : "prevention",
      text: `Look at the network path and the disk of ${text(whereOf(facts), 60)}: the server waited for it.`,
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

function alone(subject: SubjectFacts | null): Weighing | null {
  const budget = subject?.budget;
  if (subject == null || budget == null || budget.dominant !== "peer") return null;
  const fit = subject.kind === "submit" ? 0.5 : 0.93;
  const evidence = [...budgetEvidence(subject), ...movedEvidence(subject), ...startEvidence(subject)];
  return { fit, for: evidence, against: [], missing: [] };
}

/** The network or proxy where several clients are slow, else the one client. */
function whereOf(facts: IncidentFacts): string {
  const group = signalsOf(facts, "peer-bound-command", "site", "proxy")[0];
  return group?.resource.name ?? facts.subject?.ip ?? "the client";
}
