import type { Cause } from "../cause.js";
import { action, never, signalsOf, weighSignals } from "../host-evidence.js";
import { step } from "./prevention.js";

/** One record of the master's journal is cut off or torn; the pull stops there for good. */
export const replicaCorruptJournal: Cause = {
  id: "replica-corrupt-journal",
  title: "A journal record that the replica cannot replay",
  apart:
    "The pull names the record it cannot replay and stands still there; a ticket or a line that is down is named differently.",
  source: "The SDP runbook; messages of the 2023.2 source (replay failed, bad opcode).",
  role: "operation",
  explains: ["replication-stall"],
  category: "replication-stall",
  weigh: (facts) => weighSignals(signalsOf(facts, "replication-lag", "corrupt-journal"), 0.97),
  actions: () => [
    action("compare-position", "observe", "now", {
      text: "Note journal and sequence where it stopped (p4 pull -lj on the replica) and look at the master's journal there; was the master killed at that time?",
      check: "Other replicas of the same master: did they pass the place?",
      why: "A record that was cut off by a forced stop of the master is followed by good ones.",
    }),
    action("reposition", "risky", "now", {
      text: "With the replica stopped: move its state file (state, in the SDP pull_state) aside and keep it, then start it, so that it positions itself anew; else reseed it from a checkpoint.",
      check:
        "It is this replica, it is stopped, and rdb.lbr (pending transfers) stays where it is. Best with Perforce support.",
      why: "On a running replica, or for a mere lag, the same step makes it differ from its master.",
    }),
    never(
      "edit-journal",
      "Never edit the master's journal to get rid of the record.",
      "The journal is what the database is recovered from.",
    ),
  ],
  prevention: () => [
    step("Stop the master in good order only; a killed p4d or a full journal volume leaves torn records."),
    step("Alert on the text of background rows in p4 monitor show: it stands there within seconds."),
  ],
};
