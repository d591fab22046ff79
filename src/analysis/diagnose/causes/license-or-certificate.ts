import type { Cause } from "../cause.js";
import { action, signalsOf, weighSignals } from "../host-evidence.js";
import { step } from "./prevention.js";

export const licenseOrCertificate: Cause = {
  id: "license-or-certificate",
  title: "Licence or certificate refused",
  apart:
    "Everybody is refused from one instant on, in the same words; a full disk refuses everybody, too, and names a volume.",
  source: "Messages of the 2023.2 source; the SDP runbook.",
  role: "operation",
  explains: ["license-or-certificate", "error-burst"],
  category: "license-or-certificate",
  weigh: (facts) => weighSignals(signalsOf(facts, "license-or-certificate"), 0.95),
  actions: (facts) => [
    signalsOf(facts, "license-or-certificate", "certificate").length > 0
      ? action("renew-certificate", "risky", "now", {
          text: "See what the server offers: p4 -p ssl:HOST:PORT trust -l and p4d -Gf (fingerprint). A new certificate (p4d -Gc, with the old one saved) needs a restart, and everybody has to trust it again.",
          check: "P4SSLDIR of the right instance, owner and mode 0700, and the clock of the host.",
          why: "Clients and replicas keep the old fingerprint.",
        })
      : action("check-license", "observe", "now", {
          text: "Look at p4 license -u and p4 license -o: expiry, users, address.",
          check: "The address and port that the server runs on are those of the licence.",
          why: "A move to another host or address invalidates it at once.",
        }),
    action("tell-owner", "alert", "now", {
      text: "Tell whoever holds the contract with Perforce: a new licence file goes in with p4 license -i, without a restart where a valid one is there and the server's address has not changed.",
      check: "The refusals end.",
      why: "Nobody on the server can extend it.",
    }),
  ],
  prevention: () => [
    step(
      "Watch the days left of licence (p4 license -u: licenseTimeRemaining) and certificate, and renew weeks ahead.",
    ),
  ],
};
