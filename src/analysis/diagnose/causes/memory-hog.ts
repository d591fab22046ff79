import type { Cause } from "../cause.js";
import { scanEvidence, startEvidence } from "../command-evidence.js";
import { action, missingHostEvidence, signalsOf, weighSignals } from "../host-evidence.js";
import { blockerActions } from "../remedies.js";
import { limitsFor, step } from "./prevention.js";

/** One command takes the machine's memory: a sync or report over everything. */
export const memoryHog: Cause = {
  id: "memory-hog",
  title: "One command took most of the memory",
  apart:
    "The command is found while it grows, or the server gets no more memory; with a line of the kernel it is an OOM kill.",
  source: "p4metrics' memory limits; p4 help maxresults (MaxMemory).",
  role: "operation",
  explains: ["oom-kill", "resource-pressure"],
  category: "oom-kill",
  weigh(facts) {
    const hogs = signalsOf(facts, "memory-growth", "hog");
    const refused = signalsOf(facts, "memory-growth", "refused");
    const { subject } = facts;
    const own = subject === null ? [] : [...startEvidence(subject), ...scanEvidence(subject, facts.reader)];
    const missing = missingHostEvidence(facts);
    const base = weighSignals(hogs, 0.93, { missing }) ?? weighSignals(refused, 0.75, { missing });
    return base === null ? null : { ...base, for: [...base.for, ...own] };
  },
  actions: (facts) => [
    ...(facts.subject === null ? [] : blockerActions(facts).filter(({ id }) => id !== "terminate-carrier")),
    action("find-hog", "observe", "now", {
      text: "Find what has the memory: ps -eo pid,rss,args --sort=-rss | head, and p4 monitor show -ale for the same pids.",
      check: "The pid is still the same command: pids are used again.",
      why: "The kernel picks the largest process, and that may be a writer.",
    }),
  ],
  prevention: (facts) => [
    step("Limit what one command may take: MaxMemory (2022.2 and later) and MaxResults for groups (p4 group)."),
    limitsFor(facts),
    step("Leave some swap, and let p4d watch memory (2023.1 and later): startup command admin resource-monitor."),
  ],
};
