import type { Prevention } from "../../../contracts/analysis.js";
import type { IncidentFacts } from "../cause.js";
import { text } from "../wording.js";

/** A step that keeps it from happening again; `command` only where one exact command does it. */
export function step(words: string, command: string | null = null): Prevention {
  return { text: words, command, knowledge: [] };
}

/** Limits for whoever ran it; which group that is the evidence does not say. */
export function limitsFor(facts: IncidentFacts): Prevention {
  const user = facts.subject?.user ?? "";
  const whom = user === "" ? "the group that ran it" : `a group of ${text(user, 40)}`;
  return step(
    `Set MaxScanRows, MaxResults and MaxLockTime for ${whom} (p4 group); the highest of a user's groups wins.`,
  );
}
