import type { Cause } from "../cause.js";
import { action, factsOf, isOngoing, never, signalsOf } from "../host-evidence.js";
import { step } from "./prevention.js";

/** Its position does not move: no ticket, no connection, a position past the end, or a standby it must wait for. */
export const replicaStalled: Cause = {
  id: "replica-stalled",
  title: "A replica stopped following its master",
  apart: "The position stands still while the master's moves, or the service user has no ticket; a lag moves.",
  source: "The administrator's guide on replication; the SDP runbook.",
  role: "operation",
  explains: ["replication-stall"],
  category: "replication-stall",
  weigh(facts) {
    const tickets = signalsOf(facts, "service-ticket");
    const still = signalsOf(facts, "replication-lag", "stalled");
    if (tickets.length + still.length === 0) return null;
    const have = facts.reader.capabilities(facts.draft.serverId);
    const missing = have.has("pull-state") ? [] : ["p4 pull -lj of the replica, taken twice"];
    return { fit: 0.92, for: factsOf([...tickets, ...still]), against: [], missing };
  },
  actions: (facts) => [
    ...(signalsOf(facts, "service-ticket").length > 0 ? [login()] : []),
    action("find-obstacle", "observe", isOngoing(facts) ? "now" : "prevention", {
      text: "On the replica: p4 pull -lj twice, p4 monitor show -al (the pull row carries the text of its last error), and the end of its log.",
      check: "The sequence stands still although the master's moves.",
      why: "Ticket, network, disk and a bad record need different cures.",
    }),
    action("restart-replica", "risky", "prevention", {
      text: "As the last step, restart the replica (p4 admin restart there): it connects again from its state file.",
      check: "Nobody depends on it right now; readers are disconnected.",
      why: "A pull thread that is gone comes back only with the server.",
    }),
    never(
      "edit-state",
      "Do not edit or delete the replica's state file while it runs.",
      "It would go on from the wrong place and differ from its master.",
    ),
  ],
  prevention: () => [
    step("Put service users into a group with an unlimited timeout, and log them in on every replica (p4 login -s)."),
    step("Watch positions (p4 servers -J), and alert when one stands still for ten minutes."),
  ],
};

function login() {
  return action("login-service-user", "safe", "now", {
    text: "Log the service user in again, on the replica's host as p4d's user: p4 -u SERVICE_USER -p MASTER_PORT login.",
    check: "P4TICKETS of the replica is the file that p4d reads; afterwards p4 pull -lj shows progress.",
    why: "Without a ticket the master answers nothing.",
  });
}
