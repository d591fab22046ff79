import type { CommandFact } from "../../../contracts/case-reader.js";
import type { Cause, IncidentFacts } from "../cause.js";
import { budgetEvidence, scanEvidence, startEvidence } from "../command-evidence.js";
import { signalsOf, weighSignals } from "../host-evidence.js";
import { programActions } from "../program-remedies.js";
import { blockerActions } from "../remedies.js";
import { clock, fact, text } from "../wording.js";
import { step } from "./prevention.js";

/** Runs of one user's `changes` before it counts as polling. */
const RUNS = 3;
const LONG_MS = 10_000;

/** CI, UnrealGameSync or Swarm asking `changes -m1 path@range` over and over, each time by a scan. */
export const expensiveChangesPolling: Cause = {
  id: "expensive-changes-polling",
  title: "Expensive changes queries, repeated by a program",
  apart:
    "Each run scans much and is slow; a runaway script asks cheap questions very often. No run blocks anybody by itself.",
  source: "p4-plugin for Jenkins, pull requests 79 and 200; p4 help configurables (dm.changes.thresh).",
  role: "operation",
  explains: ["slow-command", "connection-storm"],
  category: "connection-storm",
  weigh(facts) {
    const { subject, reader } = facts;
    if (subject === null || (subject.verb !== "changes" && subject.verb !== "changelists")) return null;
    const storm = weighSignals(signalsOf(facts, "polling-storm", "cost"), 0.98);
    if (storm !== null) return { ...storm, for: [...storm.for, ...scanEvidence(subject, reader)] };
    if (signalsOf(facts, "polling-storm", "retries").length > 0) return null;
    const runs = runsOf(facts);
    const last = runs.at(-1);
    if (runs.length < RUNS || last === undefined) return null;
    const words = `${text(subject.user, 40)} ran changes ${runs.length} times, each longer than ${LONG_MS / 1000} s, from ${text(subject.app, 60)}; last at ${clock(last.startMs)}`;
    const evidence = [...scanEvidence(subject, reader), ...budgetEvidence(subject), ...startEvidence(subject)];
    return { fit: 0.98, for: [fact(words, runs.length, "runs", last.ref), ...evidence], against: [], missing: [] };
  },
  actions: (facts) => [...blockerActions(facts), ...programActions(facts).slice(1)],
  prevention: () => [
    step("Ask without a revision range (changes -m1 PATH), for a narrower path, less often, or from a replica."),
    step("Let a trigger or webhook tell the build system instead of polling."),
  ],
};

function runsOf({ subject, reader, draft }: IncidentFacts): CommandFact[] {
  const slow = reader.slowCommands(draft.serverId, LONG_MS, 1000);
  return slow
    .filter((one) => one.cmd === subject?.cmd && one.user === subject.user && one.app === subject.app)
    .sort((a, b) => a.startMs - b.startMs);
}
