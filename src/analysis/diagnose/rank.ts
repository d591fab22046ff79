import { most } from "../../base/extremes.js";
import type { Category } from "../../contracts/analysis.js";
import type { Fact } from "../../contracts/signal.js";
import { calibrated } from "./calibration.js";
import type { Cause, IncidentFacts, Weighing } from "./cause.js";
import { budgetEvidence, rowsKnown, startEvidence } from "./command-evidence.js";
import { doubtEvidence, missingForRoot, rootEvidence, victimEvidence } from "./lock-evidence.js";

/** One explanation with its score; `cause` null: the category is seen, its cause is not. */
export interface RankedCause {
  readonly cause: Cause | null;
  readonly category: Category;
  readonly score: number;
  readonly for: readonly Fact[];
  readonly against: readonly Fact[];
  readonly missing: readonly string[];
}

/** Hypotheses that are told; below this score one is noise. */
const HYPOTHESES = 5;
const FLOOR = 0.05;

/** Without a cause the category itself is only a first impression. */
const UNEXPLAINED = 0.6;

/**
 * Ranks the causes. An operation scores how well it fits times how sure its command is the culprit; a mechanism (or the
 * admission that the cause is unknown) gets what the best operation leaves. Scores of one incident add up to at most 1 for
 * the best two; equal scores keep the order of the registry.
 */
export function rankCauses(facts: IncidentFacts, causes: readonly Cause[]): RankedCause[] {
  const weighed = causes
    .filter((cause) => cause.role !== "contributing" && cause.explains.includes(facts.draft.category))
    .flatMap((cause) => {
      const weighing = cause.weigh(facts);
      return weighing === null ? [] : [{ cause, weighing }];
    });
  const operations = weighed.filter(({ cause }) => cause.role === "operation");
  const mechanisms = weighed.filter(({ cause }) => cause.role === "mechanism");
  const bestFit = Math.max(0, most(operations.map(({ weighing }) => weighing.fit)));
  const left = 1 - bestFit;
  const ranked = [
    ...operations.map(({ cause, weighing }) => rankedOf(facts, cause, weighing, weighing.fit)),
    ...mechanisms.map(({ cause, weighing }) => rankedOf(facts, cause, weighing, weighing.fit * left)),
  ];
  if (mechanisms.length === 0)
    ranked.push(rankedOf(facts, null, unknownCause(facts), facts.draft.cluster === null ? left * UNEXPLAINED : left));
  return calibrate(ranked.sort((a, b) => b.score - a.score))
    .filter((one, index) => index === 0 || one.score >= FLOOR)
    .slice(0, HYPOTHESES);
}

/** The best one gets the share in which it is right; the others keep their proportions in what that leaves. */
function calibrate(ranked: readonly RankedCause[]): RankedCause[] {
  const [best, ...others] = ranked;
  if (best === undefined) return [];
  const score = calibrated(best.score);
  const left = best.score >= 1 ? 0 : (1 - score) / (1 - best.score);
  return [{ ...best, score }, ...others.map((one) => ({ ...one, score: Math.round(one.score * left * 100) / 100 }))];
}

/** Causes that made it worse. */
export function contributingCauses(facts: IncidentFacts, causes: readonly Cause[]): RankedCause[] {
  return causes
    .filter((cause) => cause.role === "contributing" && cause.explains.includes(facts.draft.category))
    .flatMap((cause) => {
      const weighing = cause.weigh(facts);
      return weighing === null || weighing.fit < 0.5 ? [] : [rankedOf(facts, cause, weighing, weighing.fit)];
    });
}

function rankedOf(facts: IncidentFacts, cause: Cause | null, weighing: Weighing, share: number): RankedCause {
  const locks = facts.draft.cluster !== null;
  return {
    cause,
    category: cause?.category ?? facts.draft.category,
    score: Math.round(Math.min(1, Math.max(0, facts.certainty * share)) * 100) / 100,
    // What speaks for this cause alone comes first: the hold itself speaks for every cause.
    for: locks ? [...weighing.for, ...rootEvidence(facts)] : weighing.for,
    against: locks ? [...weighing.against, ...doubtEvidence(facts)] : weighing.against,
    missing: [...new Set([...(locks ? missingForRoot(facts) : []), ...weighing.missing])],
  };
}

function unknownCause(facts: IncidentFacts): Weighing {
  const { subject, draft } = facts;
  const seen = draft.cluster === null ? draft.signals.flatMap((signal) => signal.facts) : victimEvidence(facts);
  const evidence = subject === null ? seen : [...startEvidence(subject), ...budgetEvidence(subject)];
  const unknownWork = subject !== null && !rowsKnown(subject);
  return {
    fit: 1,
    for: evidence,
    against: [],
    missing: unknownWork ? [`track output of pid ${subject.pid}: rows, locks and network time`] : [],
  };
}
