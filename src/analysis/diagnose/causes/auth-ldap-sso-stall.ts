import type { Cause } from "../cause.js";
import { action, isOngoing, signalsOf, tell, weighSignals } from "../host-evidence.js";
import { step } from "./prevention.js";

/** Logins wait for the directory, a password script or a central server; who has a ticket works on. */
export const authLdapSsoStall: Cause = {
  id: "auth-ldap-sso-stall",
  title: "The authentication service was slow or away",
  apart:
    "Only logins are slow: whoever has a ticket works on, and nobody waits for a lock. In a wedge every command waits.",
  source:
    "p4 help configurables (auth.ldap.timeout, 30 s); messages of the 2023.2 source; the administrator's guide on login.",
  role: "operation",
  explains: ["auth-stall"],
  category: "auth-stall",
  resource: (facts) => signalsOf(facts, "authentication-time")[0]?.resource ?? null,
  weigh(facts) {
    const missing = ["the directory's own log of that time"];
    const sure = weighSignals(signalsOf(facts, "authentication-time", "directory", "remote"), 0.97, { missing });
    return sure ?? weighSignals(signalsOf(facts, "authentication-time"), 0.9, { missing });
  },
  actions: (facts) => [
    tell(
      "whoever runs the directory or single sign-on",
      "logins wait for it, or fail.",
      "p4d only passes the question on; ending logins frees nobody.",
      "p4 ldaps -t USER from the server's host, and p4 ldap -o CONFIG for the address it asks.",
    ),
    action("keep-tickets", "alert", isOngoing(facts) ? "now" : "prevention", {
      text: "Ask people not to log out meanwhile, and do not run p4 logout -a: who has a ticket can work on.",
      check: "p4 login -s -a shows how long the tickets of one's own last.",
      why: "Only logins are affected.",
    }),
  ],
  prevention: () => [
    step("Name several directory servers, the nearest first, and keep auth.ldap.timeout short (default 30 s)."),
    step("Give groups tickets that outlast an outage of the directory (Timeout of p4 group)."),
    step("Give password triggers a time limit of their own for everything they call."),
  ],
};
