import type { Cause } from "../cause.js";
import { startEvidence } from "../command-evidence.js";
import { action, never, signalsOf, weighSignals } from "../host-evidence.js";
import { limitsFor, step } from "./prevention.js";

/** The kernel killed p4d; a killed writer can leave a torn table. */
export const oomKill: Cause = {
  id: "oom-kill",
  title: "The kernel killed p4d for want of memory",
  apart:
    "The kernel's own line with the pid of a p4d; another program's pid in it is that program's story. A crash without that line is a crash.",
  source: "Linux kernel messages; p4prometheus issues 110 and 111; the 2023.1 notes on resource pressure.",
  role: "operation",
  explains: ["oom-kill", "server-restart", "resource-pressure"],
  category: "oom-kill",
  resource: () => ({ kind: "host", name: "memory", mode: null }),
  weigh(facts) {
    const weighing = weighSignals(signalsOf(facts, "memory-growth", "oom-kill"), 0.98);
    if (weighing === null || facts.subject === null) return weighing;
    return { ...weighing, for: [...weighing.for, ...startEvidence(facts.subject)] };
  },
  actions: () => [
    action("validate-database", "alert", "now", {
      text: "Have somebody run p4 dbverify -U (quick, metadata statistics), and the full p4 dbverify in a quiet hour; with errors stop and call Perforce support.",
      check: "The full run locks tables: not in working hours. A quick run without findings is no proof.",
      why: "A writer that was killed in the middle of a write has left torn tables (BTree is corrupt) in the field.",
    }),
    action("find-hog", "observe", "now", {
      text: "Find what took the memory: the kernel's table of processes above the kill line, and the commands that ran then.",
      check: "rss in that table counts pages of 4 kB.",
      why: "The process that was killed is the largest one, not always the one that grew.",
    }),
    never(
      "overcommit",
      "Do not switch off the OOM killer or overcommit accounting to get rid of the kills.",
      "The machine then hangs instead.",
    ),
  ],
  prevention: (facts) => [
    step("Limit what one command may take: MaxMemory (2022.2 and later) and MaxResults for groups (p4 group)."),
    ...(facts.subject === null ? [] : [limitsFor(facts)]),
    step(
      "Protect the parent process: 2023.1 and later set its oom_score_adj to -1000 where CAP_SYS_RESOURCE is given.",
    ),
    step("Leave headroom: no other large programs on the host, some swap."),
  ],
};
