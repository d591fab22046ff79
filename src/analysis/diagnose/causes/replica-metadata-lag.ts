import type { Cause } from "../cause.js";
import { action, isOngoing, signalsOf, weighSignals } from "../host-evidence.js";
import { step } from "./prevention.js";

/** Behind but moving: too much to replay, a slow line, or a long reader on the replica. */
export const replicaMetadataLag: Cause = {
  id: "replica-metadata-lag",
  title: "A replica fell behind its master",
  apart: "The replica's position moves; one that stands still is a stall.",
  source: "The SDP runbook; p4 help pull; p4prometheus' alert rules.",
  role: "operation",
  explains: ["replication-stall"],
  category: "replication-stall",
  weigh(facts) {
    const missing = ["p4 pull -lj taken twice, ten minutes apart"];
    return weighSignals(signalsOf(facts, "replication-lag", "lag"), 0.9, { missing });
  },
  actions: (facts) => [
    action("watch-positions", "observe", isOngoing(facts) ? "now" : "prevention", {
      text: "Watch it for some minutes with p4 pull -lj on the replica (p4 servers -J on the master); never p4 pull -l, which locks rdb.lbr while it lists.",
      check: "The sequence of the replica moves: then it catches up by itself.",
      why: "A lag that shrinks needs patience, one that grows needs its cause: disk, network, or a reader that locks the replica's tables.",
    }),
  ],
  prevention: () => [
    step("Alert at 100 MB behind for two hours, and at any lag of a mandatory standby."),
    step("Give the replica storage as fast as the master's, and keep long reports off standbys."),
  ],
};
