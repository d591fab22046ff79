import type { Cause } from "../cause.js";
import { victimEvidence } from "../lock-evidence.js";
import { grouped } from "../wording.js";
import { step } from "./prevention.js";

export const lockConvoyManyShortHolders: Cause = {
  id: "lock-convoy-many-short-holders",
  title: "Very many short locks, no single holder",
  apart: "Much waiting, and no hold that is long; where one hold covers most of the waits, it is a wedge.",
  source: "flock is not fair (flock(2), fs/locks.c of Linux); p4 help configurables (dm.user.accessupdate).",
  role: "mechanism",
  explains: ["db-wedge"],
  category: null,
  weigh(facts) {
    if (facts.draft.cluster?.convoy !== true) return null;
    return { fit: 1, for: victimEvidence(facts), against: [], missing: [] };
  },
  actions: ({ draft }) => [
    {
      id: "find-busy-source",
      risk: "alert",
      when: "prevention",
      text: `Find the user or program behind most of the ${grouped(draft.impact.blockedCommands)} waiting commands and slow it down.`,
      command: null,
      check: "Which user and program have most commands in the window (p4rca query).",
      why: "There is no single command whose end would have helped.",
    },
  ],
  prevention: () => [
    step(
      "Have fewer writes: batch keys and counters, one connection for many commands, no access-time updates more often than the defaults.",
    ),
    step("Move the load to an edge server or a replica."),
  ],
};
