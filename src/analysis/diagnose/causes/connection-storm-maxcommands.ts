import type { Cause, IncidentFacts } from "../cause.js";
import { action, isOngoing, signalsOf, weighSignals } from "../host-evidence.js";
import { step } from "./prevention.js";

/** More commands at once than server.maxcommands lets in, or than the machine bears; nobody holds a lock. */
export const connectionStormMaxcommands: Cause = {
  id: "connection-storm-maxcommands",
  title: "More commands at once than the server takes in",
  apart:
    "Nobody holds a lock, the commands are simply many. With lock waits the crowd is the consequence of a wedge; from one program it is that program's loop.",
  source:
    "p4 help configurables (server.maxcommands, net.backlog); message `configured to run a maximum of N simultaneous commands`.",
  role: "operation",
  explains: ["connection-storm"],
  category: "connection-storm",
  resource: (facts) => signalsOf(facts, "connection-spike")[0]?.resource ?? null,
  weigh(facts) {
    const missing = facts.reader.capabilities(facts.draft.serverId).has("monitor")
      ? []
      : ["p4 monitor show -ale captured during the incident: what the commands were that filled it"];
    // One program's loop is the root where one is seen; that the server was full is then what it led to.
    const looped = signalsOf(facts, "polling-storm", "rate", "retries").length > 0;
    const refused = weighSignals(signalsOf(facts, "connection-spike", "refused"), looped ? 0.5 : 0.95, { missing });
    return refused ?? weighSignals(signalsOf(facts, "connection-spike", "spike"), looped ? 0.3 : 0.8, { missing });
  },
  actions: (facts) => [
    action("find-crowd", "observe", isOngoing(facts) ? "now" : "prevention", {
      text: "See what fills the server: p4 monitor show -ale, and lslocks as root. A super user or operator is still let in.",
      check: "Commands that wait for a lock: then its holder is the matter, not the crowd.",
      why: "A full server is mostly the consequence of something that keeps commands from ending.",
    }),
    action("raise-maxcommands", "risky", isOngoing(facts) ? "now" : "prevention", {
      text: `server.maxcommands is ${limitOf(facts)}. Raise it only when the machine has memory and CPU to spare: p4 configure set server.maxcommands=N.`,
      check: "vmstat 1, free -m: each command is a process of its own.",
      why: "Too low it shuts people out, too high it lets the machine run out of memory.",
    }),
  ],
  prevention: (facts) => [
    step(
      `Set server.maxcommands to what the machine bears (now: ${limitOf(facts)}), and net.backlog for crowds that come at once.`,
    ),
    step("Let farms start in waves, from a proxy or an edge server, and put a broker before them."),
  ],
};

function limitOf({ reader, draft }: IncidentFacts): string {
  const known = reader.configurable(draft.serverId, "server.maxcommands");
  return known === null || !/^\d{1,9}$/.test(known) ? "not in the evidence" : known; // 2500
}
