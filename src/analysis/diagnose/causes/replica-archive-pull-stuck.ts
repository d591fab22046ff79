import type { Cause } from "../cause.js";
import { action, signalsOf, weighSignals } from "../host-evidence.js";
import { step } from "./prevention.js";

/** Metadata is current, archive files are not: purged revisions, too few threads, a lock on rdb.lbr. */
export const replicaArchivePullStuck: Cause = {
  id: "replica-archive-pull-stuck",
  title: "The replica does not get its archive files",
  apart: "Metadata is current (pull -lj), files are not (pull -ls); a lag is the other way round.",
  source: "The SDP runbook; p4 help pull; p4prometheus issue 55 (pull -l locks rdb.lbr).",
  role: "operation",
  explains: ["replication-stall"],
  category: "replication-stall",
  weigh: (facts) => weighSignals(signalsOf(facts, "replication-lag", "archive-stuck"), 0.92),
  actions: () => [
    action("count-queue", "observe", "now", {
      text: "Count with p4 pull -ls on the replica, twice; never with p4 pull -l, which read-locks rdb.lbr for minutes.",
      check: "No monitoring job runs p4 pull -l.",
      why: "A job that lists the queue can be what stalls it.",
    }),
    action("retry-transfers", "safe", "now", {
      text: "Start failed transfers again: p4 pull -R on the replica.",
      check: "The network and the master's archives are fine again.",
      why: "After lbr.retry.max attempts (50) a file is not asked for any more.",
    }),
    action("drop-known-gone", "risky", "prevention", {
      text: "Entries of files that are gone on the master on purpose (purged +Sn revisions, deleted shelves) can be removed one by one with p4 pull -d.",
      check: "The file is really not on the master: p4 verify there.",
      why: "What is dropped never arrives.",
    }),
  ],
  prevention: () => [
    step("Run more pull -u threads (startup.N=pull -u -i 1), and batch them."),
    step("Alert at 10,000 queued files, and at a queue that does not move."),
  ],
};
